using System.CommandLine;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Silo.Commands;

// retry: appends the unfinished batches of a run, or of each of many runs, once more.
internal static class RetryCommand
{
    private static readonly Argument<Guid?> _run = RunArgument.CreateOptional();
    private static readonly Option<bool> _force = new("--force")
    {
        Description = "Also when later runs of the group were applied, which the retried rows then replace or follow.",
    };

    private static readonly Option<bool?> _seal = new("--seal")
    {
        Description = "Seal the new run: no batch is to come; --seal false leaves it open. Default: as the run was.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var command = new Command("retry", "Appends what a run has left unfinished as a new run; what is applied is not applied again.")
        {
            _run, _force, _seal, OperatorOptions.Reason, OperatorOptions.Who, OperatorOptions.Yes, JsonOutput.Option,
        };
        RetryFilter.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_run) is null == !RetryFilter.IsGiven(result))
            {
                result.AddError("Say which run: its id, or --state failed for all failed ones, with --team, --schema, --sink or --since.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        await using var queue = await QueueHandle.OpenAsync(parsed, ct);
        var how = new RetryMode(parsed.GetValue(_force), Seal(parsed), parsed.GetNote());
        return parsed.GetValue(_run) is { } run ? await RetryOneAsync(parsed, queue, run, how, ct)
            : await BulkRetry.RunAsync(parsed, queue, RetryFilter.Read(parsed), how, ct);
    }

    // The option alone means yes.
    private static bool? Seal(ParseResult parsed) =>
        parsed.GetResult(_seal) is { Implicit: false, Tokens.Count: 0 } ? true : parsed.GetValue(_seal);

    private static async Task<int> RetryOneAsync(ParseResult parsed, QueueHandle queue, Guid run, RetryMode how, CancellationToken ct)
    {
        var wouldDo = $"{await RunPreview.DescribeAsync(queue, run, ct)} Retrying it appends its failed and skipped batches to the group "
            + "as a new run, under the names they have: a sink that has one of them doesn't apply it again."
            + how.Seal switch
            {
                true => " The new run is sealed: no batch is to come.",
                false => " The new run stays open.",
                _ => string.Empty,
            };
        if (!await Confirmation.AskAsync(parsed, wouldDo, ct))
        {
            return ExitCodes.Failed;
        }

        var made = await queue.Operator.RetryRunAsync(run, how.Force, how.Seal, how.Note, ct);
        Answer.Write(
            parsed, new { RunId = made, OriginRunId = run },
            $"What run {run} left unfinished is enqueued as run {made}.{await OpenHintAsync(queue, made, ct)}");
        return ExitCodes.Ok;
    }

    private static async Task<string> OpenHintAsync(QueueHandle queue, Guid made, CancellationToken ct) =>
        await queue.Reports.ShowRunAsync(made, ct) is { RunState: "open" } run
            ? $" It is open, as that run was: \"orleansbatch seal {made}\" ends it"
                + (run.SyncType == "full_refresh" ? ", and only then its rows replace the table." : ".")
            : string.Empty;
}
