using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// replay: applies a group's entries in a sink again.
internal sealed class ReplayCommand() : AskingVerb<Replay, long>(
    "replay", "Has a sink apply a group's entries again, from one that it has passed.")
{
    private readonly Argument<GroupKey> _group = GroupArgument.Create();
    private readonly Option<long> _from = CreateFrom();
    private readonly Option<string> _sink = new("--sink") { Description = "The sink.", Required = true, HelpName = "name" };
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also when append or cdc runs are among the entries, whose rows are there twice afterwards.",
    };

    protected override Symbol[] Symbols => [_group, _from, _sink, _force];

    protected override Replay Read(ParseResult parsed) =>
        new(parsed.GetValue(_group), parsed.GetValue(_sink)!, parsed.GetValue(_from), parsed.GetValue(_force));

    protected override async Task<string?> DescribeAsync(QueueHandle queue, Replay operation, CancellationToken ct)
    {
        var (group, sink, from, _) = operation;
        var position = (await queue.Intake.GetGroupAsync(group, ct)).FirstOrDefault(g => g.Sink == sink);
        return position is null
            ? $"Group {group} or sink {sink} is unknown."
            : $"Sink {sink} is at entry {position.NextSeq} of group {group}. It goes back to {from} and applies what it applied from "
                + "there on again, before anything new; what failed or was skipped stays so.";
    }

    protected override Answer AnswerTo(Replay operation, long request)
    {
        var (group, sink, from, _) = operation;
        return new(
            new { RequestId = request, group.TeamId, group.SchemaId, Sink = sink, FromSeq = from },
            $"Sink {sink} goes over group {group} again from entry {from} as soon as it is between two batches (request {request}).");
    }

    private static Option<long> CreateFrom()
    {
        var from = new Option<long>("--from") { Description = "The first entry (seq) to apply again.", Required = true, HelpName = "SEQ" };
        from.Validators.Add(result =>
        {
            if (result.GetValue(from) < 1)
            {
                result.AddError("--from must be 1 or more: the first entry of a group is 1.");
            }
        });
        return from;
    }
}
