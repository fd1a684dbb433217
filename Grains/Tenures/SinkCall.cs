using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// Hands one entry to the sink, the host's hooks around the batch: the batch, then the end of its run when the entry ends it.
/// </summary>
internal sealed class SinkCall(
    GroupKey group, IBatchSink sink, IReadOnlyList<IBatchHook> hooks, GroupCursor cursor, string silo)
{
    private bool _isFenced;

    // Batches are applied in order: when a former owner has not applied this one, it has applied no later one.
    private bool _nothingIsThere;

    /// <summary>Gets a value indicating whether code of the host may refuse a batch that the sink has applied.</summary>
    public bool HasHooks => hooks.Count > 0;

    /// <summary>Works on the entry; answers what the sink did, or why a hook kept the batch from it.</summary>
    public async Task<CallResult> WorkAsync(EntryWork work, CancellationToken cancellationToken)
    {
        if (cursor.FoundUnfinished && !_isFenced && NeedsFence)
        {
            await FenceAsync(work.Entry, work.Held, cancellationToken);
        }

        var done = work.Task switch
        {
            { AppliesBatch: true, Applied: { } applied } => await TellAppliedAsync(ContextOf(work), applied, cancellationToken),
            { AppliesBatch: true } => await ApplyAsync(work, cancellationToken),
            _ => new CallResult(),
        };
        if (work.Task.End is { } end)
        {
            var seq = work.Held.AppliedSeq;
            var applied = work.Task.AppliesBatch && done.Skip is null;
            done = done with { Notes = await EndRunAsync(work, end, applied ? Math.Max(work.Entry.Seq, seq) : seq, cancellationToken) };
        }

        return done;
    }

    /// <summary>Gets a value indicating whether the sink applies a window in one transaction.</summary>
    public bool TakesWindows => sink is IWindowSink;

    /// <summary>
    /// Gets how long a window may take for the next one to be larger; a sink without windows has none. In half of the time the sink begins
    /// batches.
    /// </summary>
    public TimeSpan LongestCommit => sink is IWindowSink windows ? windows.LongestCommit : TimeSpan.Zero;

    /// <summary>
    /// Has the sink apply a window in one transaction; answers what it did with each batch. Hooks are for single batches.
    /// </summary>
    public async Task<IReadOnlyList<BatchResult>> ApplyTogetherAsync(
        IReadOnlyList<EntryWork> window, TimeSpan enough, CancellationToken cancellationToken)
    {
        _nothingIsThere = false;
        var applied = await ((IWindowSink)sink).ApplyWindowAsync([.. window.Select(ContextOf)], enough, cancellationToken);
        return applied.Count > 0 && applied.Count <= window.Count
            ? applied
            : throw new InvalidOperationException($"The sink says that it applied {applied.Count} of {window.Count} batches.");
    }

    /// <summary>Ends the run in the sink; answers what people should know of that.</summary>
    public async Task<IReadOnlyList<string>> EndRunAsync(EntryWork work, RunEnd end, long appliedSeq, CancellationToken cancellationToken)
    {
        if (sink is not IRunSink runSink)
        {
            return [];
        }

        var entry = work.Entry;
        var result = await runSink.EndRunAsync(
            new RunEndContext(EnsureOwnedAsync)
            {
                Group = group,
                Seq = entry.Seq,
                RunId = entry.RunId,
                OriginRunId = entry.OriginRunId,
                SyncType = entry.SyncType,
                End = end,
                Attempt = work.Attempt,
                FencingToken = cursor.Epoch,
                AppliedSeq = appliedSeq,
                ReplayedTo = work.Held.ReplayedTo,
                Silo = silo,
            },
            cancellationToken);
        return result.Notes;
    }

    /// <summary>Gets a value indicating whether the sink can remove what it holds of a group.</summary>
    public bool Forgets => sink is IForgettingSink;

    /// <summary>Has the sink remove what it holds of the group.</summary>
    public Task ForgetAsync(SinkPosition held, int attempt, CancellationToken cancellationToken) =>
        sink is IForgettingSink forgetting
            ? forgetting.ForgetAsync(
                new ForgetContext(EnsureOwnedAsync)
                {
                    Group = group,
                    Attempt = attempt,
                    FencingToken = cursor.Epoch,
                    AppliedSeq = held.AppliedSeq,
                    Silo = silo,
                },
                cancellationToken)
            : Task.CompletedTask;

    /// <summary>Has the sink do a slice of upkeep.</summary>
    public Task<UpkeepResult> KeepUpAsync(UpkeepTask task, long? version, SinkPosition held, CancellationToken cancellationToken) =>
        ((IUpkeepSink)sink).KeepUpAsync(
            new UpkeepContext(EnsureOwnedAsync)
            {
                Group = group,
                Task = task,
                Version = version,
                Attempt = 1,
                FencingToken = cursor.Epoch,
                AppliedSeq = held.AppliedSeq,
                ReplayedTo = held.ReplayedTo,
                Silo = silo,
            },
            cancellationToken);

    /// <summary>Gets a value indicating whether former owners may have left something, or could still commit to the sink.</summary>
    public bool NeedsFence => sink is IFencedSink && !_nothingIsThere;

    /// <summary>Has the sink refuse every former owner from now on; answers what they have left of the entry there.</summary>
    public async Task<FenceResult> FenceAsync(LogEntry entry, SinkPosition held, CancellationToken cancellationToken)
    {
        var result = sink is not IFencedSink fenced ? FenceResult.Nothing : await fenced.FenceAsync(
            new FenceContext(EnsureOwnedAsync)
            {
                Group = group,
                Seq = entry.Seq,
                OriginRunId = entry.OriginRunId,
                OriginIndex = entry.IsBatch ? entry.OriginIndex : null,
                SyncType = entry.SyncType,
                Attempt = 1,
                FencingToken = cursor.Epoch,
                AppliedSeq = held.AppliedSeq,
                ReplayedTo = held.ReplayedTo,
                Silo = silo,
            },
            cancellationToken);
        (_isFenced, _nothingIsThere) = (true, entry.IsBatch && result.Applied is null);
        return result;
    }

    // The question is asked away from the sink's threads: a sink that blocks on the answer must not block what brings it.
    public Task EnsureOwnedAsync(CancellationToken cancellationToken) =>
        Task.Run(() => cursor.EnsureOwnedAsync(cancellationToken), cancellationToken);

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (sink is ITenureSink tenureSink)
        {
            await tenureSink.ReleaseAsync(group, cancellationToken);
        }
    }

    private async Task<CallResult> ApplyAsync(EntryWork work, CancellationToken cancellationToken)
    {
        var context = ContextOf(work);
        foreach (var hook in hooks)
        {
            if (!await hook.ShouldApplyAsync(context, cancellationToken))
            {
                return new CallResult { Skip = new EntryVerdict.Skip($"The hook {hook.GetType().Name} kept it from being applied.") };
            }
        }

        // A call that fails may have applied the batch all the same.
        _nothingIsThere = false;
        return await TellAppliedAsync(context, await sink.ApplyAsync(context, cancellationToken), cancellationToken);
    }

    private async Task<CallResult> TellAppliedAsync(BatchContext context, BatchResult result, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks)
        {
            await hook.AfterAppliedAsync(context, cancellationToken);
        }

        return new CallResult { Batch = result };
    }

    private BatchContext ContextOf(EntryWork work) => new(EnsureOwnedAsync)
    {
        Batch = work.Entry.ToBatch(group),
        Attempt = work.Attempt,
        FencingToken = cursor.Epoch,
        AppliedSeq = work.Held.AppliedSeq,
        ReplayedTo = work.Held.ReplayedTo,
        Silo = silo,
    };
}
