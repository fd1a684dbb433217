using DuckDB.NET.Data;

using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>
/// Applies batches to one DuckDB file per group. Rows, the mark that the batch was applied, and the owner's epoch are one transaction, so a
/// repeated batch adds nothing and a former owner writes nothing. It is for one host: the files don't follow a group to another.
/// </summary>
public sealed class DuckDbSink : IRunSink, ITenureSink, IDisposable
{
    private readonly NotReady _notReady;
    private readonly LakeFiles _files;
    private readonly BatchWriter _writer;

    /// <summary>Makes a sink; files are opened when a group's first batch comes.</summary>
    /// <param name="options">Where the files are and what they may use.</param>
    public DuckDbSink(IOptions<DuckDbSinkOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var roots = new InputRoots(options.Value.InputRoots);
        _notReady = new NotReady(options.Value.NotReadyRetry);
        _files = new LakeFiles(options.Value, roots, _notReady);
        _writer = new BatchWriter(options.Value, roots, _notReady);
    }

    /// <inheritdoc/>
    public bool IsIdempotent => true;

    /// <inheritdoc/>
    public async Task ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var batch = context.Batch;
        BatchWriter.RefuseUnsupported(batch);
        await InTransactionAsync(batch.Group, context, Apply, cancellationToken);

        void Apply(LakeFileSession file, Fence fence)
        {
            fence.CheckBatch(batch, cancellationToken);
            if (!fence.Knows(batch, cancellationToken))
            {
                var rows = _writer.Write(file, batch, cancellationToken);
                file.Session.Execute(
                    SinkQueries.MarkApplied,
                    cancellationToken,
                    batch.OriginRunId,
                    batch.OriginIndex,
                    batch.Seq,
                    rows,
                    context.FencingToken);
            }

            fence.MoveOn(batch.Seq, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task EndRunAsync(RunEndContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var nothingWritten = context.AppliedSeq == 0 && !File.Exists(_files.PathOf(context.Group));
        return context.SyncType != SyncType.FullRefresh || nothingWritten
            ? Task.CompletedTask
            : InTransactionAsync(context.Group, context, End, cancellationToken);

        void End(LakeFileSession file, Fence fence)
        {
            fence.CheckEnd(context.Seq, context.End, cancellationToken);
            FullRefresh.End(file.Session, context, cancellationToken);
            file.Shapes.Forget();
            fence.MoveOn(null, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(GroupKey group, CancellationToken cancellationToken)
    {
        _files.Close(group);
        return Task.CompletedTask;
    }

    /// <summary>Closes every file that is still open.</summary>
    public void Dispose() => _files.Dispose();

    // After any failure the file is closed, which rolls back: no statement on a connection in an unknown state, and no lock on a file that
    // an operator may have to replace.
    private async Task InTransactionAsync(
        GroupKey group, SinkContext context, Action<LakeFileSession, Fence> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = _files.Open(group, context.AppliedSeq);
        try
        {
            file.Session.Execute(SqlText.Of($"BEGIN TRANSACTION"));
            change(file, new Fence(file, group, context, _notReady));
            await context.EnsureOwnedAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            file.Session.Execute(SqlText.Of($"COMMIT"));
        }
        catch (DuckDBException error)
        {
            _files.Close(group);
            throw new IOException(
                $"Group {group}: DuckDB could not write {file.Path}: {FirstLine(error)} Check the disk and the sink's memory limit.",
                error);
        }
        catch
        {
            _files.Close(group);
            throw;
        }
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd();
}
