using System.CommandLine;

namespace OrleansBatch.Silo.Commands;

// The options of every verb that may run a silo.
internal static class SiloOptions
{
    public static readonly Option<string> Lake = new("--lake")
    {
        Description = "Directory that the duckdb sink keeps its files in.",
        DefaultValueFactory = _ => "lake",
        HelpName = "directory",
    };

    public static readonly Option<string[]> Roots = new("--roots")
    {
        Description = "Directories that batches may be read from; default: the current one.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        HelpName = "directory",
    };

    public static readonly Option<int?> Slots = new("--slots")
    {
        Description = "Groups worked on at the same time, 1 to 16; default: 16.",
        HelpName = "number",
    };

    public static Option<int> Port(string name, int value, string what) => new(name)
    {
        Description = what,
        DefaultValueFactory = _ => value,
        HelpName = "port",
    };
}
