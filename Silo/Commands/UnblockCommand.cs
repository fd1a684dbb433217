using System.CommandLine;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// unblock: lets a blocked group go on.
internal sealed class UnblockCommand() : OperatorVerb<Unblock, bool>(
    "unblock", "Lets a group that a failed run has stopped go on with the next run.")
{
    private readonly Argument<GroupKey> _group = GroupArgument.Create();
    private readonly Option<string> _sink = new("--sink") { Description = "The sink.", Required = true, HelpName = "name" };

    protected override Symbol[] Symbols => [_group, _sink];

    protected override Unblock Read(ParseResult parsed) => new(parsed.GetValue(_group), parsed.GetValue(_sink)!);

    protected override Answer AnswerTo(Unblock operation, bool freed)
    {
        var (group, sink) = operation;
        return new(
            new { group.TeamId, group.SchemaId, Sink = sink, Unblocked = freed },
            freed
                ? $"Group {group} goes on in sink {sink} with the next run."
                : $"Group {group} is not stopped in sink {sink}, so nothing was done.",
            freed ? ExitCodes.Ok : ExitCodes.Failed);
    }
}
