using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;

namespace OrleansBatch.Silo.Commands.Operating;

// The options of verbs that change something: who, why, and whether to ask first.
internal static class OperatorOptions
{
    public static readonly Option<string> Who = new("--who")
    {
        Description = "Who asks, for the record; default: this user and host.",
        DefaultValueFactory = _ => $"{Environment.UserName}@{Environment.MachineName}",
        HelpName = "name",
    };

    public static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, for the record.",
        DefaultValueFactory = _ => string.Empty,
        HelpName = "text",
    };

    public static readonly Option<string> RequiredReason = NotBlank(new Option<string>("--reason")
    {
        Description = "Why, for the record.",
        Required = true,
        HelpName = "text",
    });

    public static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking, for scripts." };

    static OperatorOptions() => NotBlank(Who);

    public static Option<string?> Sink(string what) => new("--sink") { Description = what, HelpName = "name" };

    public static OperatorNote GetNote(this ParseResult parsed, Option<string>? reason = null) =>
        new(parsed.GetValue(Who)!, parsed.GetValue(reason ?? Reason)!);

    private static Option<string> NotBlank(Option<string> option)
    {
        option.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValue(option)))
            {
                result.AddError($"{option.Name} must not be empty.");
            }
        });
        return option;
    }
}
