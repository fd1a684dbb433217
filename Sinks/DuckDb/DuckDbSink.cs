using DuckDB.NET.Data;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>
/// Applies batches to one DuckDB file per group. Rows, the mark of an applied batch, and the owner's epoch are one transaction.
/// A repeated batch therefore adds nothing, and a former owner writes nothing.
/// The sink is for one host: its files don't follow a group to another.
/// </summary>
public sealed partial class DuckDbSink : IWindowSink, IRunSink, ITenureSink, IForgettingSink, IFencedSink, IDescribedSink,
    IDisposable
{
    private readonly SinkDescription _description;
    private readonly ILogger _logger;
    private readonly DuckDbSinkOptions _options;
    private readonly InputRoots _roots;
    private readonly NotReady _notReady;
    private readonly LakeFiles _files;
    private readonly BatchWriter _writer;
    private readonly LakeRemoval _removal;

    /// <summary>Makes a sink. A group's file is opened when its first batch comes.</summary>
    /// <param name="options">The place of the files, and the resources that they may use.</param>
    /// <param name="logger">The log of additions that a full refresh could not keep; null for none.</param>
    public DuckDbSink(IOptions<DuckDbSinkOptions> options, ILogger<DuckDbSink>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _logger = logger ?? NullLogger<DuckDbSink>.Instance;
        _options = options.Value;
        var roots = new InputRoots(options.Value, [options.Value.LakeDirectory]);
        _roots = roots;
        _description = new SinkDescription
        {
            Destination = RealPath.Of(options.Value.LakeDirectory),
            InputRoots = roots.Places,
        };
        _notReady = new NotReady(options.Value.NotReadyRetry);
        _files = new LakeFiles(options.Value, roots, _notReady);
        _writer = new BatchWriter(options.Value, roots, _notReady);
        _removal = new LakeRemoval(options.Value, _notReady);
    }

    /// <inheritdoc/>
    public bool IsIdempotent => true;

    /// <inheritdoc/>
    public SinkDescription Describe() => _description;

    /// <inheritdoc/>
    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (await ApplyWindowAsync([context], TimeSpan.Zero, cancellationToken))[0];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(
        IReadOnlyList<BatchContext> batches, TimeSpan enough, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var results = new List<BatchResult>();
        var group = batches[0].Batch.Group;
        try
        {
            await InTransactionAsync(group, batches[0], Apply, cancellationToken);
        }
        catch (StorageTooOldException)
        {
            results.Clear();
            _files.OpenInNewerFormat(group);
            await InTransactionAsync(group, batches[0], Apply, cancellationToken);
        }

        return results;

        Action Apply(LakeFileSession file, Fence fence)
        {
            var begun = TimeProvider.System.GetTimestamp();
            while (results.Count < batches.Count && (results.Count == 0 || TimeProvider.System.GetElapsedTime(begun) < enough))
            {
                var batch = batches[results.Count].Batch;
                fence.CheckBatch(batch, cancellationToken);
                if (fence.FindKnown(batch, cancellationToken) is { } known)
                {
                    results.Add(known);
                    continue;
                }

                if (_writer.TryWrite(file, batch, mayAlter: results.Count == 0, cancellationToken) is not { } result)
                {
                    break;
                }

                results.Add(result);
                fence.Mark(batch, result);
            }

            return () =>
            {
                fence.WriteMarks(cancellationToken);
                fence.MoveOn(batches[results.Count - 1].Batch.Seq, cancellationToken);
            };
        }
    }

    /// <inheritdoc/>
    public async Task<RunEndResult> EndRunAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<string> lost = [];
        var nothingWritten = context.AppliedSeq == 0 && !File.Exists(_files.PathOf(context.Group));
        if (context.SyncType == SyncType.FullRefresh && !nothingWritten)
        {
            await InTransactionAsync(context.Group, context, End, cancellationToken);
        }

        foreach (var note in lost)
        {
            LogNotKept(_logger, context.Group, context.RunId, note);
        }

        return new RunEndResult { Notes = lost };

        Action End(LakeFileSession file, Fence fence)
        {
            fence.CheckEnd(context.Seq, context.End, cancellationToken);
            lost = FullRefresh.End(file.Session, context, cancellationToken);
            file.Shapes.Forget();
            file.Applied = null;
            return () => fence.MoveOn(null, cancellationToken);
        }
    }

    // The file's lock has shut every former owner out. What the last one committed is in the file.
    /// <inheritdoc/>
    public async Task<FenceResult> FenceAsync(FenceContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var result = FenceResult.Nothing;
        if (context.AppliedSeq > 0 || File.Exists(_files.PathOf(context.Group)))
        {
            await InTransactionAsync(context.Group, context, Find, cancellationToken);
        }

        return result;

        Action Find(LakeFileSession file, Fence fence)
        {
            result = fence.FindLeft(context, cancellationToken);
            return () => fence.MoveOn(null, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        _files.Close(context.Group);
        _removal.RefuseOtherGroups(context.Group);
        await context.EnsureOwnedAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _removal.Remove(context.Group);
        _notReady.Worked(context.Group);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken)
    {
        _files.Close(group);
        return Task.CompletedTask;
    }

    /// <summary>Closes every file that is still open, and deletes the copies of batches.</summary>
    public void Dispose()
    {
        _files.Dispose();
        _roots.Dispose();
    }

    // The database is asked for the ownership while the marks are written.
    // By then the long work is done, and the commit waits for the answer.
    // After any failure the file is closed, which rolls back.
    // No statement meets a connection in an unknown state, and an operator may replace the file.
    private async Task InTransactionAsync(
        GroupKey group, SinkContext context, Func<LakeFileSession, Fence, Action> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Open(group, context.AppliedSeq);
        try
        {
            file.Session.Execute(SqlText.Of($"BEGIN TRANSACTION"));
            var mark = change(file, new Fence(file, group, context, _notReady));
            var owned = context.EnsureOwnedAsync(cancellationToken);
            await MarkAsync(mark, owned);
            cancellationToken.ThrowIfCancellationRequested();
            file.Session.Execute(SqlText.Of($"COMMIT"));
            _notReady.Worked(group);
        }
        catch (DuckDBException error)
        {
            // The question comes before the rollback: the transaction's rows still fill the disk then.
            var trouble = DestinationTrouble.Of(error, file.Path, _notReady, group);
            _files.Close(group);
            throw trouble ?? WriteTrouble.Of(error, file.Path, group, _options);
        }
        catch
        {
            _files.Close(group);
            throw;
        }
    }

    private static async Task MarkAsync(Action mark, Task owned)
    {
        try
        {
            mark();
        }
        catch
        {
            await owned.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await owned;
    }

    [LoggerMessage(LogLevel.Warning, "Group {Group}: the full refresh of run {Run} is in place. {Note}")]
    private static partial void LogNotKept(ILogger logger, GroupKey group, Guid run, string note);
}
