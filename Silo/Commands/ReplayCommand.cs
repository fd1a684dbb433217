using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// replay: applies a group's entries in a sink again.
internal static class ReplayCommand
{
    private static readonly Argument<GroupKey> _group = GroupArgument.Create();
    private static readonly Option<long> _from = new("--from")
    {
        Description = "The first entry (seq) to apply again.",
        Required = true,
        HelpName = "SEQ",
    };

    private static readonly Option<string> _sink = new("--sink") { Description = "The sink.", Required = true, HelpName = "name" };
    private static readonly Option<bool> _force = new("--force")
    {
        Description = "Also when append or cdc runs are among the entries, whose rows are there twice afterwards.",
    };

    public static Command Create()
    {
        _from.Validators.Add(result =>
        {
            if (result.GetValue(_from) < 1)
            {
                result.AddError("--from must be 1 or more: the first entry of a group is 1.");
            }
        });
        var command = new Command("replay", "Has a sink apply a group's entries again, from one that it has passed.")
        {
            _group, _from, _sink, _force, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var (group, from, sink) = (parsed.GetValue(_group), parsed.GetValue(_from), parsed.GetValue(_sink)!);
        var position = (await queue.Intake.GetGroupAsync(group, ct)).FirstOrDefault(g => g.Sink == sink);
        var wouldDo = position is null
            ? $"Group {group} or sink {sink} is unknown."
            : $"Sink {sink} is at entry {position.NextSeq} of group {group}. It goes back to {from} and applies what it applied from "
                + "there on again, before anything new; what failed or was skipped stays so.";
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var request = await queue.Operator.ReplayAsync(group, sink, from, parsed.GetValue(_force), parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { RequestId = request, group.TeamId, group.SchemaId, Sink = sink, FromSeq = from },
            $"Sink {sink} goes over group {group} again from entry {from} as soon as it is between two batches (request {request}).");
        return ExitCodes.Ok;
    }
}
