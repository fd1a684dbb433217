namespace OrleansBatch.Silo;

/// <summary>Says in one sentence why the program cannot run and what to do. People see it without a stack trace.</summary>
public sealed class StartupException(string message, int exitCode, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Gets the code the program exits with, one of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
