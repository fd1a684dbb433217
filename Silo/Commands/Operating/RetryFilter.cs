using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansBatch.Grains.Interfaces.Status;

namespace OrleansBatch.Silo.Commands.Operating;

// Selects the runs to retry when no run is named.
internal static class RetryFilter
{
    private static readonly Option<string?> _state = new("--state")
    {
        Description = "Instead of a run: all runs in this state that no retry has mended: failed, cancelled, superseded or stranded.",
        HelpName = "state",
    };

    private static readonly Option<long?> _team = new("--team") { Description = "With --state: only this team's.", HelpName = "number" };
    private static readonly Option<string?> _schema = new("--schema")
    {
        Description = "With --state: only this schema's.",
        HelpName = "name",
    };

    private static readonly Option<string?> _sink = OperatorOptions.Sink("With --state: only in this sink.");
    private static readonly Option<DateTimeOffset?> _since = SinceOption.Create("With --state: only runs that began since then");

    static RetryFilter() => _state.AcceptOnlyFromAmong("failed", "cancelled", "superseded", "stranded");

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { _state, _team, _schema, _sink, _since })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (!IsGiven(result) && new Option[] { _team, _schema, _sink, _since }.Any(o => result.GetResult(o) is not null))
            {
                result.AddError("--team, --schema, --sink and --since choose among the runs of --state: add --state failed.");
            }
        });
    }

    public static bool IsGiven(SymbolResult result) => result.GetValue(_state) is not null;

    public static RunFilter Read(ParseResult parsed) => new()
    {
        State = parsed.GetValue(_state),
        TeamId = parsed.GetValue(_team),
        SchemaId = parsed.GetValue(_schema),
        Sink = parsed.GetValue(_sink),
        Since = parsed.GetValue(_since),
        Limit = int.MaxValue,
        WithoutAcknowledged = true,
    };
}
