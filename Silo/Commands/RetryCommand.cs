using System.CommandLine;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// retry: appends the unfinished batches of a run, or of each of many runs, once more.
internal sealed class RetryCommand() : AskingVerb<RetryRun, Guid>(
    "retry", "Appends what a run has left unfinished as a new run; what is applied is not applied again.")
{
    private readonly Argument<Guid?> _run = RunArgument.CreateOptional();
    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also when later runs of the group were applied, which the retried rows then replace or follow.",
    };

    private readonly Option<bool?> _seal = new("--seal")
    {
        Description = "Seal the new run: no batch is to come; --seal false leaves it open. Default: as the run was.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    protected override Symbol[] Symbols => [_run, _force, _seal];

    public override Command Create()
    {
        var command = base.Create();
        RetryFilter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_run) is null == !RetryFilter.IsGiven(result))
            {
                result.AddError("Say which run: its id, or --state failed for all failed ones, with --team, --schema, --sink or --since.");
            }
        });
        return command;
    }

    protected override Task<int> RunAsync(ParseResult parsed, QueueHandle queue, CancellationToken ct) =>
        parsed.GetValue(_run) is not null ? base.RunAsync(parsed, queue, ct)
            : BulkRetry.RunAsync(parsed, queue, RetryFilter.Read(parsed), Read(parsed), ct);

    // The run stays empty where a filter selects the runs. The option --seal alone means yes.
    protected override RetryRun Read(ParseResult parsed) => new(
        parsed.GetValue(_run).GetValueOrDefault(), parsed.GetValue(_force),
        parsed.GetResult(_seal) is { Implicit: false, Tokens.Count: 0 } ? true : parsed.GetValue(_seal));

    protected override async Task<string?> DescribeAsync(QueueHandle queue, RetryRun operation, CancellationToken ct) =>
        $"{await RunPreview.DescribeAsync(queue, operation.RunId, ct)} Retrying it appends its failed and skipped batches to the group "
        + "as a new run, under the names they have: a sink that has one of them doesn't apply it again."
        + operation.Seal switch
        {
            true => " The new run is sealed: no batch is to come.",
            false => " The new run stays open.",
            _ => string.Empty,
        };

    protected override Answer AnswerTo(RetryRun operation, Guid made) => new(
        new { RunId = made, OriginRunId = operation.RunId }, $"What run {operation.RunId} left unfinished is enqueued as run {made}.");

    protected override async Task<Answer> AnswerToAsync(QueueHandle queue, RetryRun operation, Guid made, CancellationToken ct)
    {
        var answer = AnswerTo(operation, made);
        return await queue.Reports.ShowRunAsync(made, ct) is { RunState: "open" } run
            ? answer with { ForPeople = answer.ForPeople + OpenHint(run) } : answer;
    }

    private static string OpenHint(RunDetails run) =>
        $" It is open, as that run was: \"orleansbatch seal {run.RunId}\" ends it"
        + (run.SyncType == "full_refresh" ? ", and only then its rows replace the table." : ".");
}
