namespace OrleansBatch.Grains.Retrying;

/// <summary>Turns an error into a value, for callers whose way goes on after it.</summary>
internal static class Errors
{
    /// <summary>Runs the step and returns the error that it threw, or null.</summary>
    public static async Task<Exception?> CatchAsync(Func<Task> step)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
