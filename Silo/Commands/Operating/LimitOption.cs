using System.CommandLine;

namespace OrleansBatch.Silo.Commands.Operating;

internal static class LimitOption
{
    public static Option<int> Create(int byDefault)
    {
        var option = new Option<int>("--limit")
        {
            Description = "The most lines.",
            DefaultValueFactory = _ => byDefault,
            HelpName = "number",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) < 1)
            {
                result.AddError("--limit must be 1 or more.");
            }
        });
        return option;
    }
}
