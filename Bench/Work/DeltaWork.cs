using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Bench.Work;

// Small Parquet files, and the delta sink without a queue.
internal sealed class DeltaWork : IDisposable
{
    private const int MemoryMegabytes = 256;

    private readonly string _directory;

    private DeltaWork(string directory, IReadOnlyList<string> files) => (_directory, Files) = (directory, files);

    public IReadOnlyList<string> Files { get; }

    public string Input => Path.Combine(_directory, "input");

    public static DeltaWork Make(string parent, int files, int rows, CancellationToken ct)
    {
        var directory = Path.Combine(parent, $"delta-{Guid.NewGuid():N}");
        var input = Directory.CreateDirectory(Path.Combine(directory, "input")).FullName;
        using var duckDb = new DuckDbSession(MemoryMegabytes, threads: 1);
        var made = new List<string>();
        for (var i = 0; i < files; i++)
        {
            made.Add(Path.Combine(input, string.Create(CultureInfo.InvariantCulture, $"batch-{i:00000}.parquet")));
            var (first, count) = (SqlText.Number((long)i * rows), SqlText.Number(rows));
            duckDb.Execute(
                SqlText.Of($"""
                    COPY (SELECT range + {first} AS id, 'name ' || range AS name, range * 1.5 AS amount, range % 7 AS kind,
                            TIMESTAMPTZ '2026-01-01' + to_seconds(range) AS at
                          FROM range({count}))
                    TO {SqlText.Literal(made[^1])} (FORMAT parquet)
                    """),
                ct);
        }

        return new DeltaWork(directory, made);
    }

    // One commit a batch, in a table of its own. Returns seconds.
    public async Task<double> CommitAsync(int batches, CancellationToken ct)
    {
        var lake = Path.Combine(_directory, $"lake-{Guid.NewGuid():N}");
        using var sink = new DeltaSink(Options.Create(new DeltaSinkOptions { Lake = lake, InputRoots = [Input] }));
        var run = Guid.NewGuid();
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < batches; i++)
        {
            var batch = new Batch
            {
                Group = new GroupKey(1, "small"), Seq = i + 1, RunId = run, BatchIndex = i, OriginRunId = run, OriginIndex = i,
                Path = Files[i % Files.Count], SyncType = SyncType.Append,
            };
            await sink.ApplyAsync(
                new BatchContext(_ => Task.CompletedTask)
                {
                    Attempt = 1, FencingToken = 1, AppliedSeq = i, Silo = Environment.MachineName, Batch = batch,
                },
                ct);
        }

        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
