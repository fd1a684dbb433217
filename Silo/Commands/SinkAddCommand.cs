using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// sink add: adds a destination.
internal static class SinkAddCommand
{
    private static readonly Argument<string> _name = SinkCommand.Name();
    private static readonly Option<string?> _upstream = new("--upstream")
    {
        Description = "The sink to follow: a batch comes only after that one has applied it.",
        HelpName = "name",
    };

    private static readonly Option<string> _from = new("--from")
    {
        Description = "start: from the oldest batch that is still there; tail: only what is enqueued from now on.",
        DefaultValueFactory = _ => "start",
    };

    public static Command Create()
    {
        _from.AcceptOnlyFromAmong("start", "tail");
        _name.Validators.Add(result =>
        {
            if (result.GetValue(_name) is not { Length: > 0 } name || name.Contains('/'))
            {
                result.AddError("A sink's name is not empty and has no slash.");
            }
        });
        var command = new Command("add", "Adds a sink; a silo that serves it then begins with it.")
        {
            _name, _upstream, _from, OperatorOptions.Reason, OperatorOptions.Who, JsonOutput.Option,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var (name, upstream, from) = (parsed.GetValue(_name)!, parsed.GetValue(_upstream), parsed.GetValue(_from)!);
        var id = await queue.Operator.AddSinkAsync(name, upstream, from, parsed.GetNote(), ct);
        Answer.Write(
            parsed, new { Name = name, SinkId = id, Upstream = upstream, From = from },
            $"Sink {name} is there{(upstream is null ? "" : $", behind {upstream}")}. Serve it with \"orleansbatch serve --sinks {name}\" "
            + "or in your own host.");
        return ExitCodes.Ok;
    }
}
