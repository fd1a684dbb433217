namespace OrleansBatch.Silo.Hosting;

/// <summary>Knows whether a person or a supervisor started the program.</summary>
internal static class Supervisor
{
    private static readonly string[] _variables = ["INVOCATION_ID", "KUBERNETES_SERVICE_HOST", "DOTNET_RUNNING_IN_CONTAINER"];
    private static readonly string[] _files = ["/.dockerenv", "/run/.containerenv"];

    /// <summary>
    /// Gets a value indicating whether systemd, a container's runtime or Kubernetes started the program: their traces are there, and no
    /// terminal.
    /// </summary>
    public static bool IsThere =>
        Console.IsOutputRedirected
        && (_files.Any(File.Exists) || _variables.Any(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))));
}
