using System.CommandLine;

namespace OrleansBatch.Silo.Commands;

// The options that every verb understands.
internal static class GlobalOptions
{
    public const string ConnectionVariable = "ConnectionStrings__OrleansBatch";

    public static readonly Option<string?> Connection = new("--connection")
    {
        Description = $"Connection string of the Postgres to use (or {ConnectionVariable}); "
            + "without one a private Postgres under ./.orleansbatch is used.",
        HelpName = "string",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show stack traces of errors.",
        Recursive = true,
    };

    // An empty value counts as none, because scripts pass on variables that may be unset.
    public static string? GetConnection(this ParseResult parsed) =>
        new[] { parsed.GetValue(Connection), Environment.GetEnvironmentVariable(ConnectionVariable) }
            .FirstOrDefault(given => !string.IsNullOrWhiteSpace(given));
}
