using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink add: adds a destination.
internal sealed class SinkAddCommand() : OperatorVerb<AddSink, short>("add", "Adds a sink; a silo that serves it then begins with it.")
{
    private readonly Argument<string> _name = CreateName();
    private readonly Option<string?> _upstream = new("--upstream")
    {
        Description = "The sink to follow: a batch comes only after that one has applied it.",
        HelpName = "name",
    };

    private readonly Option<string> _from = CreateFrom();

    protected override Symbol[] Symbols => [_name, _upstream, _from];

    protected override AddSink Read(ParseResult parsed) =>
        new(parsed.GetValue(_name)!, parsed.GetValue(_upstream), parsed.GetValue(_from)!);

    protected override Answer AnswerTo(AddSink operation, short id)
    {
        var (name, upstream, from) = operation;
        return new(
            new { Name = name, SinkId = id, Upstream = upstream, From = from },
            $"Sink {name} is there{(upstream is null ? "" : $", behind {upstream}")}. Serve it with \"orleansbatch serve --sinks {name}\" "
            + "or in your own host.");
    }

    private static Argument<string> CreateName()
    {
        var name = SinkCommand.Name();
        name.Validators.Add(result =>
        {
            if (result.GetValue(name) is not { Length: > 0 } given || given.Contains('/'))
            {
                result.AddError("A sink's name is not empty and has no slash.");
            }
        });
        return name;
    }

    private static Option<string> CreateFrom()
    {
        var from = new Option<string>("--from")
        {
            Description = "start: from the oldest batch that is still there; tail: only what is enqueued from now on.",
            DefaultValueFactory = _ => "start",
        };
        from.AcceptOnlyFromAmong("start", "tail");
        return from;
    }
}
