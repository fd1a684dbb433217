using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink disable: keeps silos from working on a sink.
internal sealed class SinkDisableCommand() : AskingVerb<DisableSink, bool>(
    "disable", "Has no silo work on a sink any more; what is enqueued waits for it and is kept.")
{
    private readonly Argument<string> _name = SinkCommand.Name();

    protected override Symbol[] Symbols => [_name];

    protected override DisableSink Read(ParseResult parsed) => new(parsed.GetValue(_name)!);

    protected override async Task<string?> DescribeAsync(QueueHandle queue, DisableSink operation, CancellationToken ct)
    {
        var name = operation.Name;
        var sink = (await queue.Reports.ListSinksAsync(ct)).FirstOrDefault(s => s.Name == name);
        return sink is null
            ? $"Sink {name} is unknown."
            : $"Sink {name} is {sink.State}, {sink.GroupsBehind} groups are behind in it. No silo works on it any more; what is enqueued "
                + "waits for it, and no day of the log that it has not passed can be dropped.";
    }

    protected override Answer AnswerTo(DisableSink operation, bool isNew) =>
        new(new { operation.Name, State = "disabled" }, $"Sink {operation.Name} is disabled.");
}
