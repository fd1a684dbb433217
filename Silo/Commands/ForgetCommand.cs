using System.CommandLine;
using System.Globalization;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Commands;

// forget: takes a group, or a team's groups, out of queue and destinations.
internal sealed class ForgetCommand() : AskingVerb<Forget, int>(
    "forget", "Takes a group, or all groups of a team, out of the queue and its destinations for good.")
{
    private readonly Argument<string> _what = CreateWhat();
    private readonly Option<string?> _leave = new("--leave")
    {
        Description = "A sink that keeps what it holds, such as one that no silo serves any more.", HelpName = "sink",
    };

    protected override Symbol[] Symbols => [_what, _leave];

    protected override Option<string> Reason => OperatorOptions.RequiredReason;

    protected override Forget Read(ParseResult parsed)
    {
        var (what, leave) = (parsed.GetValue(_what)!, parsed.GetValue(_leave));
        return GroupArgument.TryParse(what) is { } group
            ? new Forget(group.TeamId, group.SchemaId, leave)
            : new Forget(GroupArgument.TryParseTeam(what)!.Value, LeaveSink: leave);
    }

    protected override async Task<string?> DescribeAsync(QueueHandle queue, Forget operation, CancellationToken ct)
    {
        var about = await queue.Inspector.PreviewForgetAsync(operation.TeamId, operation.SchemaId, ct);
        return about.Groups == 0
            ? $"{Subject(operation)} is unknown."
            : $"{Subject(operation)}: {Count(about.Groups, "group")}, {Count(about.Runs, "run")} ({about.OpenRuns} open), "
                + $"{Count(about.Entries, "entry", "entries")}. "
                + $"{string.Join(' ', about.Sinks.Select(s => Sentence(s, operation)).DefaultIfEmpty("No sink has begun with it."))} "
                + "Producers are refused until all of it is gone. None of it can be taken back.";
    }

    protected override Answer AnswerTo(Forget operation, int groups) => new(
        new { operation.TeamId, operation.SchemaId, Groups = groups, LeftSink = operation.LeaveSink },
        $"{Subject(operation)} takes nothing more. Silos remove {Count(groups, "group")}, each once its owner is between two batches; "
        + "\"orleansbatch doctor\" says what is not gone yet, and why.");

    private static string Subject(Forget operation) =>
        operation.SchemaId is { } schema ? $"Group {operation.TeamId}/{schema}" : $"Team {operation.TeamId}";

    private static string Sentence(ForgetPreview.OfSink sink, Forget operation)
    {
        var (name, holds) = (ShellWord.Of(sink.Sink), Count(sink.Groups, "group"));
        var where = sink.Destinations.Length > 0 ? $" in {sink.Destinations}" : string.Empty;
        return sink.Sink == operation.LeaveSink ? $"Sink {name} keeps what it holds of {holds}{where}."
            : !sink.IsServed ? $"Sink {name} holds {holds}{where}; no silo serves it now, and it is waited for."
            : sink.Forgets ? $"Sink {name} removes what it holds of {holds}{where}."
            : $"Sink {name} can't remove what it holds of {holds}{where}, and keeps it.";
    }

    private static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? $"{one}s")}");

    private static Argument<string> CreateWhat()
    {
        var what = new Argument<string>("what") { Description = "A team or a group.", HelpName = "TEAM[/SCHEMA]" };
        what.Validators.Add(result =>
        {
            if (result.GetValue(what) is { } text && GroupArgument.TryParse(text) is null && GroupArgument.TryParseTeam(text) is null)
            {
                result.AddError($"\"{text}\" names neither a team nor a group: write TEAM or TEAM/SCHEMA, as in 7 or 7/orders.");
            }
        });
        return what;
    }
}
