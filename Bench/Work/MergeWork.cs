using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Bench.Work;

// A table of some large files, and batches that replace rows all over them. The delta sink works without a queue.
internal sealed class MergeWork(string directory, int rowsOfAFile, bool marks) : IDisposable
{
    public const int Files = 8;
    public const int RowsOfABatch = 1000;

    private readonly Guid _run = Guid.NewGuid();
    private readonly DeltaSink _sink = new(Options.Create(new DeltaSinkOptions
    {
        Lake = Path.Combine(directory, "lake"), InputRoots = [directory], ScratchDirectory = Path.Combine(directory, "scratch"),
        DeletionVectors = marks,
    }));

    private int _applied;

    public async Task FillAsync(CancellationToken ct)
    {
        for (var i = 0; i < Files; i++)
        {
            var (first, rows) = (SqlText.Number((long)i * rowsOfAFile), SqlText.Number(rowsOfAFile));
            var file = Write(SqlText.Of($"SELECT range + {first} AS n FROM range({rows})"), ct);
            await ApplyAsync(file, SyncType.Append, ct);
        }
    }

    // Answers processor seconds, and the bytes that are new in the lake.
    public async Task<(double Seconds, long Bytes)> MergeAsync(CancellationToken ct)
    {
        var (all, step) = (SqlText.Number((long)Files * rowsOfAFile), SqlText.Number(_applied * 7919));
        var keys = SqlText.Of($"SELECT DISTINCT (hash(range + {step}) % {all})::BIGINT AS n FROM range({SqlText.Number(RowsOfABatch)})");
        var batch = Write(keys, ct);
        var (bytes, start) = (Bytes(), Process.GetCurrentProcess().TotalProcessorTime);
        await ApplyAsync(batch, SyncType.Incremental, ct);
        return ((Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds, Bytes() - bytes);
    }

    public void Dispose()
    {
        _sink.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private Task<BatchResult> ApplyAsync(string file, SyncType type, CancellationToken ct)
    {
        var index = _applied++;
        var batch = new Batch
        {
            Group = new GroupKey(1, "merge"), Seq = index + 1, RunId = _run, BatchIndex = index, OriginRunId = _run, OriginIndex = index,
            Path = file, SyncType = type, PrimaryKeys = ["id"],
        };
        return _sink.ApplyAsync(
            new BatchContext(_ => Task.CompletedTask)
            {
                Attempt = 1, FencingToken = 1, AppliedSeq = index, Silo = Environment.MachineName, Batch = batch,
            },
            ct);
    }

    private string Write(SqlText numbers, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"batch-{_applied:00000}.parquet"));
        using var duckDb = new DuckDbSession(512, threads: 1);
        duckDb.Execute(
            SqlText.Of($"""
                COPY (SELECT n AS id, uuid()::VARCHAR AS code, md5(n::VARCHAR) || md5((n + 1)::VARCHAR) AS text,
                        (n * 1.25)::DECIMAL(18, 4) AS amount, sqrt(n) AS root
                      FROM ({numbers}))
                TO {SqlText.Literal(path)} (FORMAT parquet)
                """),
            ct);
        return path;
    }

    private long Bytes() => new DirectoryInfo(Path.Combine(directory, "lake"))
        .EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
