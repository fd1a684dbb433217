using Npgsql;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Loading;

// Makes a call of load a run: a new one, or the unfinished one that the same call began before.
internal sealed class LoadOpening(NpgsqlDataSource source, string database, bool isPrivate)
{
    // The runs of earlier calls that are unfinished while no silo serves.
    public IReadOnlyList<UnfinishedLoad> LeftBehind { get; private set; } = [];

    // The run, once it is there.
    public Guid? RunId { get; private set; }

    // The sinks that a silo of the private Postgres must serve for the run to end.
    public static async Task<IReadOnlyList<string>> SinksAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var active = (await connection.ReadAsync("active_sinks", r => r.GetString(0), ct)).Intersect(BuiltInSinks.All).ToList();
        return active.Count > 0 ? active : [BuiltInSinks.DuckDb];
    }

    // A named run needs only its id. The second of two equal calls waits for the lock, and finds the run of the first.
    public async Task<LoadedRun> OpenAsync(LoadCall? call, Guid? runId, string? lake, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var register = new LoadRegister(connection);
        await register.LockAsync(ct);
        var known = runId is { } id ? await register.ReadAsync(id, ct) : await register.FindAsync(call!.Fingerprint(), ct);
        if (known is not null && runId is null && !GoesOn(known))
        {
            known = null;
        }

        if (known is { IsRetry: true } && runId is null)
        {
            call = null;
        }

        if (known is { IsOpen: true, IsUnfinished: true } && call is null)
        {
            throw new StartupException(
                known.IsRetry ? $"Run {known.RunId}, a retry, is still open: \"orleansbatch seal {known.RunId}\" ends it; then load again."
                    : $"Run {known.RunId} is not enqueued to its end: give its files again, in the same order.",
                ExitCodes.BadInput);
        }

        var chosen = known is { IsUnfinished: false }
            ? known.Lakes ?? new Lakes()
            : await ChooseLakesAsync(connection, call, lake, known?.Lakes, ct);
        if (known is null && call is null)
        {
            throw new StartupException($"Run {runId} is unknown in {database}: give its files, --team and --schema.", ExitCodes.BadInput);
        }

        var run = known?.RunId ?? runId ?? Guid.CreateVersion7();
        LeftBehind = (await LocalSilo.ListAsync(connection, ct)).Count > 0 ? []
            : [.. (await register.UnfinishedAsync(ct)).Where(u => u.RunId != run)];
        if (call is not null)
        {
            await RunLoader.BeginAsync(transaction, call, run, ct);
            await register.AddAsync(run, call.Fingerprint(), isPrivate ? chosen : null, ct);
        }

        await transaction.CommitAsync(ct);
        RunId = run;
        if (call is not null && known is not { IsOpen: false })
        {
            await new RunLoader(source).EnqueueAsync(call, run, ct);
        }

        return known is not null && (call is null || !known.IsOpen) ? known.ToLoadedRun() with { Lakes = chosen }
            : new LoadedRun(call!.Group, run, call.Files.Count, call.Rows) { IsContinued = known is not null, Lakes = chosen };
    }

    // True when the same call goes on with the run that it began. A call that would load rows twice is refused with a sentence.
    private static bool GoesOn(RunStanding known) =>
        known is { State: "failed", SyncType: "append", Applied: > 0 }
            ? throw new StartupException(
                $"The same call began run {known.RunId}, which failed after {known.Applied} of {known.Batches} batches. "
                + $"\"orleansbatch retry {known.RunId}\" applies the rest; \"--run {Guid.CreateVersion7()}\" loads all of it again.",
                ExitCodes.Failed)
            : known.IsUnfinished;

    private async Task<Lakes> ChooseLakesAsync(
        NpgsqlConnection connection, LoadCall? call, string? lake, Lakes? known, CancellationToken ct)
    {
        try
        {
            return isPrivate
                ? await LakeChoice.MakeAsync(connection, await SinksAsync(connection, ct), lake, known, ct)
                : await ServedFiles.RequireAsync(connection, lake, call?.Files ?? [], ct);
        }
        catch (StartupException e)
        {
            throw new StartupException($"{e.Message} Nothing was enqueued.", e.ExitCode, e);
        }
    }
}
