using System.CommandLine;

namespace OrleansBatch.Silo.Commands.Operating;

// A run on the command line.
internal static class RunArgument
{
    public static Argument<Guid> Create() => new("run")
    {
        Description = "The run's id.",
        HelpName = "RUN",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!Guid.TryParse(text, out var run))
            {
                result.AddError($"\"{text}\" is no run id: \"orleansbatch runs\" lists them.");
            }

            return run;
        },
    };
}
