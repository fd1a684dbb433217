using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// evict: takes a group from an owner that does not finish.
internal static class EvictCommand
{
    private static readonly Argument<GroupKey> _group = GroupArgument.Create();
    private static readonly Option<string?> _sink = OperatorOptions.Sink("The sink; needed where the group is owned in several.");

    public static Command Create()
    {
        var command = new Command("evict", "Ends the session of a group's owner, so that another silo takes the group.")
        {
            _group, _sink, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var group = parsed.GetValue(_group);
        var (sink, owner) = await FindAsync(queue, group, parsed.GetValue(_sink), ct);
        var wouldDo = owner is null
            ? $"Nobody owns group {group} in sink {sink} at this moment."
            : $"Silo {owner} owns group {group} in sink {sink}. Its session is ended: the batch it works on is cancelled, counts as a "
                + "loss, and is applied again by the next owner.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var backend = await queue.Operator.EvictAsync(group, sink, parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { group.TeamId, group.SchemaId, Sink = sink, BackendPid = backend },
            backend is null
                ? $"Nobody owned group {group} in sink {sink}, so nothing was done."
                : $"The owner of group {group} in sink {sink} has lost it (backend {backend} was ended).");
        return backend is null ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task<(string Sink, string? Owner)> FindAsync(QueueHandle queue, GroupKey group, string? sink, CancellationToken ct)
    {
        var positions = await queue.Intake.GetGroupAsync(group, ct);
        var owned = positions.Where(p => p.Owner is not null && (sink is null || p.Sink == sink)).ToList();
        return (sink, owned, positions.Count) switch
        {
            (not null, _, _) => (sink, owned.FirstOrDefault()?.Owner),
            (null, [var one], _) => (one.Sink, one.Owner),
            (null, [], 0) => throw new StartupException(
                $"Group {group} is unknown: \"orleansbatch status\" lists those with work.", ExitCodes.Failed),
            (null, [], _) => throw new StartupException(
                $"Nobody owns group {group} at this moment, so nothing was done.", ExitCodes.Failed),
            _ => throw new StartupException(
                $"Group {group} is owned in {string.Join(" and ", owned.Select(p => p.Sink))}: say which with --sink.", ExitCodes.BadInput),
        };
    }
}
