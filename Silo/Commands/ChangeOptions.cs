using System.CommandLine;

namespace OrleansBatch.Silo.Commands;

// The options of "load" that say how the change events of a cdc run are read.
internal static class ChangeOptions
{
    private static readonly Option<string?> _operation = new("--operation")
    {
        Description = "The column that says what happened to a row, for cdc: c, r, u, d, insert, update, delete and the like.",
        HelpName = "column",
    };

    private static readonly Option<string?> _sequence = new("--sequence")
    {
        Description = "The column by which the changes of a key are ordered, for cdc.",
        HelpName = "column",
    };

    private static readonly Option<string?> _deletes = new("--deletes")
    {
        Description = "What a delete does, for cdc: hard (the row goes), or soft (the row stays, marked). Default: hard.",
        HelpName = "rule",
    };

    private static readonly Option<bool> _history = new("--history")
    {
        Description = "Keep all versions of each row in a history table, for cdc.",
    };

    private static readonly Option[] _all = [_operation, _sequence, _deletes, _history];

    public static void AddTo(Command command, Option<string> syncType)
    {
        _deletes.AcceptOnlyFromAmong("hard", "soft");
        foreach (var option in _all)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            // Only tokens are read, because reading a value that can't be parsed would throw.
            var isCdc = result.GetResult(syncType)?.Tokens is [{ Value: "cdc" }];
            if (isCdc && (result.GetResult(_operation) is null || result.GetResult(_sequence) is null))
            {
                result.AddError("\"load --sync-type cdc\" needs --operation and --sequence, which name columns of the files.");
            }
            else if (!isCdc && _all.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } extra)
            {
                result.AddError($"{extra.Name} is for --sync-type cdc alone.");
            }
        });
    }

    // Returns null for any other sync type.
    public static Cdc? Read(ParseResult parsed) => parsed.GetValue(_operation) is not { } operation ? null : new Cdc
    {
        Operation = operation,
        Sequence = parsed.GetValue(_sequence)!,
        Deletes = parsed.GetValue(_deletes) == "soft" ? DeleteRule.Soft : DeleteRule.Hard,
        History = parsed.GetValue(_history),
    };
}
