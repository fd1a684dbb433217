using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Grains.Groups;

/// <summary>Answers for the silo what its tenures ask: its slots, its groups' fair share of them, and the exclusive run.</summary>
internal sealed class TenureHost(GroupSlots slots, FairShare fairShare, ExclusiveRun exclusiveRun) : ITenureHost
{
    public CancellationToken Draining => slots.Draining;

    public CancellationToken Aborting => slots.Aborting;

    public bool IsClosed => slots.IsClosed;

    public bool IsSliceOver(long began) => fairShare.IsSliceOver(began);

    public Task<(IAsyncDisposable? Alone, TimeSpan AskAgain)> TryRunAloneAsync(
        LockKey key, Func<Task<IAsyncDisposable?>> takeTurn, CancellationToken cancellationToken) =>
        exclusiveRun.TryEnterAsync(key, takeTurn, cancellationToken);
}
