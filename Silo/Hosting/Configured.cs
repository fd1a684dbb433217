namespace OrleansBatch.Silo.Hosting;

/// <summary>Reads a section of the environment's settings into an object.</summary>
internal static class Configured
{
    /// <summary>Fills the object with the settings that are there.</summary>
    /// <exception cref="StartupException">A value is not of the setting's type.</exception>
    public static T Read<T>(IConfiguration configuration, string section, T target)
        where T : class
    {
        try
        {
            configuration.Bind(section, target);
            return target;
        }
        catch (InvalidOperationException e)
        {
            throw new StartupException($"A setting can't be read: {e.Message} Correct the environment variable.", ExitCodes.BadInput, e);
        }
    }
}
