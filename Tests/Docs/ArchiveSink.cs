using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Docs;

public sealed class ArchiveSink(string directory) : IBatchSink
{
    public async Task<BatchResult> ApplyAsync(BatchContext context, CancellationToken cancellationToken)
    {
        var batch = context.Batch;
        if (!File.Exists(batch.Path))
        {
            throw new PermanentBatchException($"{batch.Path} does not exist: the run fails at once, and says so.");
        }

        // Named after the batch's origin: applied twice, it is there once.
        var target = Path.Combine(directory, $"{batch.OriginRunId}-{batch.OriginIndex}.parquet");
        var partial = $"{target}.{context.FencingToken}";
        await using (var source = File.OpenRead(batch.Path))
        await using (var copy = File.Create(partial))
        {
            await source.CopyToAsync(copy, cancellationToken);
        }

        // Right before the commit, which here is a rename.
        await context.EnsureOwnedAsync(cancellationToken);
        File.Move(partial, target, overwrite: true);
        return BatchResult.NotCounted;
    }
}
