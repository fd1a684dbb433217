using System.CommandLine;
using System.CommandLine.Parsing;

namespace OrleansBatch.Silo.Commands.Operating;

// A run on the command line.
internal static class RunArgument
{
    public static Argument<Guid> Create() => new("run")
    {
        Description = "The run's id.",
        HelpName = "RUN",
        CustomParser = Parse,
    };

    public static Argument<Guid?> CreateOptional() => new("run")
    {
        Description = "The run's id.",
        HelpName = "RUN",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Parse(result),
    };

    public static Option<Guid?> CreateOption(string name, string what) => new(name)
    {
        Description = what,
        HelpName = "RUN",
        CustomParser = result => Parse(result),
    };

    private static Guid Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Guid.TryParse(text, out var run))
        {
            result.AddError($"\"{text}\" is no run id: \"orleansbatch runs\" lists them.");
        }

        return run;
    }
}
