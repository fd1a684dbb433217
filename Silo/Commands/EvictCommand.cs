using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// evict: takes a group from an owner that does not finish.
internal sealed class EvictCommand() : AskingVerb<Evict, int?>(
    "evict", "Ends the session of a group's owner, so that another silo takes the group.")
{
    private readonly Argument<GroupKey> _group = GroupArgument.Create();
    private readonly Option<string?> _sink = OperatorOptions.Sink("The sink; needed where the group is owned in several.");

    protected override Symbol[] Symbols => [_group, _sink];

    protected override Evict Read(ParseResult parsed) => new(parsed.GetValue(_group), parsed.GetValue(_sink) ?? string.Empty);

    protected override async Task<Evict> CompleteAsync(ParseResult parsed, QueueHandle queue, Evict operation, CancellationToken ct) =>
        parsed.GetValue(_sink) is null ? operation with { Sink = await FindSinkAsync(queue, operation.Group, ct) } : operation;

    protected override async Task<string?> DescribeAsync(QueueHandle queue, Evict operation, CancellationToken ct)
    {
        var (group, sink) = operation;
        var positions = await queue.Intake.GetGroupAsync(group, ct);
        return positions.FirstOrDefault(p => p.Owner is not null && p.Sink == sink)?.Owner is { } owner
            ? $"Silo {owner} owns group {group} in sink {sink}. Its session is ended: the batch it works on is cancelled, counts as a "
                + "loss, and is applied again by the next owner."
            : $"Nobody owns group {group} in sink {sink} at this moment.";
    }

    protected override Answer AnswerTo(Evict operation, int? backend)
    {
        var (group, sink) = operation;
        return new(
            new { group.TeamId, group.SchemaId, Sink = sink, BackendPid = backend },
            backend is null
                ? $"Nobody owned group {group} in sink {sink}, so nothing was done."
                : $"The owner of group {group} in sink {sink} has lost it (backend {backend} was ended).",
            backend is null ? ExitCodes.Failed : ExitCodes.Ok);
    }

    private static async Task<string> FindSinkAsync(QueueHandle queue, GroupKey group, CancellationToken ct)
    {
        var positions = await queue.Intake.GetGroupAsync(group, ct);
        var owned = positions.Where(p => p.Owner is not null).Select(p => p.Sink).ToList();
        return (owned, positions.Count) switch
        {
            ([var one], _) => one,
            ([], 0) => throw new StartupException(
                $"Group {group} is unknown: \"orleansbatch status\" lists those with work.", ExitCodes.Failed),
            ([], _) => throw new StartupException($"Nobody owns group {group} at this moment, so nothing was done.", ExitCodes.Failed),
            _ => throw new StartupException(
                $"Group {group} is owned in {string.Join(" and ", owned)}: say which with --sink.", ExitCodes.BadInput),
        };
    }
}
