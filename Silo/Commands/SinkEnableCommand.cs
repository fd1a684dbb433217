using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink enable: lets silos work on a disabled sink again.
internal sealed class SinkEnableCommand() : OperatorVerb<EnableSink, bool>(
    "enable", "Has silos work on a disabled sink again, from where it was.")
{
    private readonly Argument<string> _name = SinkCommand.Name();

    protected override Symbol[] Symbols => [_name];

    protected override EnableSink Read(ParseResult parsed) => new(parsed.GetValue(_name)!);

    protected override Answer AnswerTo(EnableSink operation, bool isNew) =>
        new(new { operation.Name, State = "active" }, $"Sink {operation.Name} is enabled.");
}
