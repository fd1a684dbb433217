using System.CommandLine;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Commands;

// table optimize, table vacuum and table restore: the group's owner does what the verb asks for, and the verb waits for it.
internal sealed class TableUpkeepCommand : OperatorVerb<AskUpkeep, DateTime>
{
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(300);

    private readonly string _task;
    private TimeSpan _waited;
    private readonly Argument<GroupKey> _group = GroupArgument.Create();
    private readonly Argument<long>? _version;
    private readonly Option<string> _sink = new("--sink")
    {
        Description = "The sink that the table is of.", HelpName = "name", DefaultValueFactory = _ => BuiltInSinks.Delta,
    };

    private readonly Option<int> _wait = new("--wait")
    {
        Description = "Seconds to wait for the end; 0 only asks.", HelpName = "seconds", DefaultValueFactory = _ => 60,
    };

    private TableUpkeepCommand(string task, string help, Argument<long>? version = null)
        : base(task, help) => (_task, _version) = (task, version);

    public static IEnumerable<TableUpkeepCommand> All =>
    [
        new("optimize", "Has a group's small files merged into large ones. No row changes."),
        new("vacuum", "Has files deleted that no version of a group's table needs any more, and that are old enough."),
        new(
            "restore", "Brings the rows of an earlier version of a group's table back, as a new version.",
            new Argument<long>("version") { Description = "A version that \"table history\" lists.", HelpName = "VERSION" }),
    ];

    protected override Symbol[] Symbols => _version is null ? [_group, _sink, _wait] : [_version, _group, _sink, _wait];

    protected override AskUpkeep Read(ParseResult parsed) => new(
        parsed.GetValue(_group), parsed.GetValue(_sink)!, _task, _version is null ? null : parsed.GetValue(_version));

    protected override async Task<Answer> AnswerToAsync(QueueHandle queue, AskUpkeep operation, DateTime asked, CancellationToken ct)
    {
        var (time, begun) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        do
        {
            if (await queue.Inspector.ReadUpkeepAsync(operation.Group, operation.Sink, asked, ct) is { } end)
            {
                return new Answer(
                    Json(operation, asked, end.Outcome), $"{Subject(operation)}: {end.Outcome}",
                    end.Failed ? ExitCodes.Failed : ExitCodes.Ok);
            }

            await Task.Delay(_lookAgain, time, ct);
        }
        while (time.GetElapsedTime(begun) < _waited);

        return AnswerTo(operation, asked);
    }

    protected override Answer AnswerTo(AskUpkeep operation, DateTime asked) => new(
        Json(operation, asked, null),
        $"{Subject(operation)}: the group's owner does it once it has worked off the group's batches. "
        + "\"orleansbatch table history\" shows the version that comes of it.");

    protected override Task<int> RunAsync(ParseResult parsed, QueueHandle queue, CancellationToken ct)
    {
        _waited = TimeSpan.FromSeconds(parsed.GetValue(_wait));
        return base.RunAsync(parsed, queue, ct);
    }

    private static object Json(AskUpkeep operation, DateTime asked, string? outcome) => new
    {
        operation.Group.TeamId, operation.Group.SchemaId, operation.Sink, operation.Task, operation.Version, AskedAt = asked,
        Outcome = outcome,
    };

    private static string Subject(AskUpkeep operation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{operation.Task}{(operation.Version is { } version ? $" to version {version}" : string.Empty)} of {operation.Group}");
}
