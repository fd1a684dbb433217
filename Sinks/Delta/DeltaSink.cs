using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.Delta.Refresh;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.Delta.Upkeep;

namespace OrleansBatch.Sinks.Delta;

/// <summary>
/// Applies batches to one Delta table per group. Rows, the marks of applied batches, and the owner's token are one commit of the table's
/// log. A repeated batch therefore adds nothing, and a former owner commits nothing. Silos on any number of hosts share a lake.
/// </summary>
public sealed class DeltaSink : IWindowSink, IRunSink, ITenureSink, IForgettingSink, IFencedSink, IUpkeepSink,
    IDescribedSink, ICheckedSink, IDisposable
{
    private readonly SinkDescription _description;
    private readonly Lake _lake;
    private readonly BatchWindow _window;
    private readonly RunEnds _runEnds;
    private readonly TableFence _fence;
    private readonly Removal _removal;
    private readonly TableUpkeep _upkeep;

    /// <summary>Makes a sink. A group's table is opened when its first batch comes.</summary>
    /// <param name="options">The place of the lake, and the resources that the sink may use.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public DeltaSink(IOptions<DeltaSinkOptions> options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var o = options.Value;
        _lake = new Lake(o, time ?? TimeProvider.System);
        _description = new SinkDescription { Destination = _lake.Store.Address, InputRoots = _lake.Roots.Places };
        var (committer, commits) = (new Committer(_lake), new Commits(o, _lake.Time));
        _window = new BatchWindow(_lake, committer, commits);
        _runEnds = new RunEnds(_lake, committer, commits);
        _fence = new TableFence(_lake, committer, commits);
        _removal = new Removal(_lake, committer, commits);
        _upkeep = new TableUpkeep(_lake, committer, commits);
    }

    /// <inheritdoc/>
    public bool IsIdempotent => true;

    /// <inheritdoc/>
    public int LargestWindow => _lake.LargestWindow;

    /// <inheritdoc/>
    public TimeSpan LongestCommit => _lake.LongestCommit;

    /// <inheritdoc/>
    public SinkDescription Describe() => _description;

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => _lake.Check.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (await ApplyWindowAsync([context], TimeSpan.Zero, cancellationToken))[0];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(
        IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return _lake.GuardAsync(batches[0].Batch.Group, () => _window.ApplyAsync(batches, enough, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _lake.GuardAsync(context.Group, () => _runEnds.EndAsync(context, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<FenceResult> FenceAsync(FenceContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _lake.GuardAsync(context.Group, () => _fence.RaiseAsync(context, cancellationToken));
    }

    /// <inheritdoc/>
    public Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _lake.GuardAsync(context.Group, () => _removal.RemoveAsync(context, cancellationToken));
    }

    /// <inheritdoc/>
    public DateTimeOffset? UpkeepDueAt(GroupKey group) => _upkeep.DueAt(group);

    /// <inheritdoc/>
    public Task<UpkeepResult> KeepUpAsync(UpkeepContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _lake.GuardAsync(context.Group, () => _upkeep.RunAsync(context, cancellationToken));
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken)
    {
        _lake.Close(group);
        return Task.CompletedTask;
    }

    /// <summary>Closes what is still open.</summary>
    public void Dispose() => _lake.Dispose();
}
