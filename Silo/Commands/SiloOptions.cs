using System.CommandLine;

namespace OrleansBatch.Silo.Commands;

// The options of every verb that may run a silo.
internal static class SiloOptions
{
    // Null when the option is missing: the environment may name a lake, and a private queue may have one.
    public static readonly Option<string?> Lake = NotEmpty(new Option<string?>("--lake")
    {
        Description = "Where the sinks keep their files and tables: a directory, or for delta s3://bucket/prefix. "
            + "Default: lake, or the one in use here.",
        HelpName = "place",
    });

    public static readonly Option<string[]> Roots = DirectoryList(
        "--roots",
        "A directory or s3://bucket/prefix that batches may be read from, with everything below; once for each. Default: the current one.");

    public static readonly Option<int?> Slots = new("--slots")
    {
        Description = "Groups worked on at the same time, 1 to 16; default: 16.",
        HelpName = "number",
    };

    // Each occurrence takes one value, so that the next argument is not swallowed and a comma is part of a name.
    public static Option<string[]> DirectoryList(string name, string what)
    {
        var option = new Option<string[]>(name) { Description = what, DefaultValueFactory = _ => [], HelpName = "directory" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
            {
                result.AddError($"{name} must not be empty.");
            }
        });
        return option;
    }

    public static Option<int> Port(string name, int value, string what) => new(name)
    {
        Description = what,
        DefaultValueFactory = _ => value,
        HelpName = "port",
    };

    private static Option<string?> NotEmpty(Option<string?> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
            {
                result.AddError($"{option.Name} must not be empty.");
            }
        });
        return option;
    }
}
