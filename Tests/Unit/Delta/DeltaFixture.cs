using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// A sink with a lake and an input directory of its own, and one group to write to. An independent kernel reads the table.
internal sealed class DeltaFixture : IDisposable
{
    private readonly List<DeltaSink> _sinks = [];

    public DeltaFixture()
    {
        Options = new DeltaSinkOptions
        {
            Lake = Path.Combine(Parquet.Directory, "lake"),
            InputRoots = [Parquet.Directory],
            ScratchDirectory = Path.Combine(Parquet.Directory, "scratch"),
        };
        Sink = NewSink();
    }

    public ParquetFixture Parquet { get; } = new();

    public DeltaSinkOptions Options { get; }

    public DeltaSink Sink { get; }

    public GroupKey Group { get; set; } = new(7, "flights");

    public Guid Run { get; set; } = Guid.NewGuid();

    public string TableDirectory => Path.Combine(Options.Lake, TablePath.Of(Group));

    public DeltaReader Reader => DeltaReader.OnDisk(TableDirectory);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Another silo's.
    public DeltaSink NewSink(TimeProvider? time = null)
    {
        var sink = new DeltaSink(Microsoft.Extensions.Options.Options.Create(Options), time);
        _sinks.Add(sink);
        return sink;
    }

    public Batch Batch(long seq, string path, SyncType type = SyncType.Append, params string[] keys) =>
        TestBatch.Of(Group, path, seq, Run, type) with { PrimaryKeys = keys };

    public Batch BatchOf(long seq, string select, SyncType type = SyncType.Append, params string[] keys) =>
        Batch(seq, Parquet.Write($"{Guid.NewGuid():N}.parquet", select), type, keys);

    public Task<BatchResult> ApplyAsync(Batch batch, long? appliedSeq = null, long epoch = 1, DeltaSink? sink = null) =>
        (sink ?? Sink).ApplyAsync(TestBatch.Call(batch, appliedSeq, epoch), Ct);

    public Task<IReadOnlyList<BatchResult>> ApplyWindowAsync(params Batch[] batches) =>
        Sink.ApplyWindowAsync([.. batches.Select(b => TestBatch.Call(b))], TimeSpan.FromMinutes(1), Ct);

    // Applies one batch after the other, as an owner does.
    public async Task ApplyAllAsync(SyncType type, string[] keys, params string[] selects)
    {
        for (var i = 0; i < selects.Length; i++)
        {
            await ApplyAsync(BatchOf(i + 1, selects[i], type, keys));
        }
    }

    public Task<RunEndResult> EndAsync(RunEnd end, long appliedSeq, long epoch = 1) =>
        Sink.EndRunAsync(TestBatch.End(Group, Run, end, appliedSeq, epoch), Ct);

    public Task<FenceResult> FenceAsync(
        long seq, long epoch, SyncType type = SyncType.Append, DeltaSink? sink = null, int? index = 0) =>
        (sink ?? Sink).FenceAsync(
            new FenceContext(_ => Task.CompletedTask)
            {
                Group = Group,
                Seq = seq,
                OriginRunId = Run,
                OriginIndex = index,
                SyncType = type,
                Attempt = 1,
                FencingToken = epoch,
                AppliedSeq = seq - 1,
                Silo = "test",
            },
            Ct);

    public Task<UpkeepResult> KeepUpAsync(UpkeepTask task, long? version = null, long epoch = 1, DeltaSink? sink = null) =>
        (sink ?? Sink).KeepUpAsync(
            new UpkeepContext(_ => Task.CompletedTask)
            {
                Group = Group,
                Task = task,
                Version = version,
                Attempt = 1,
                FencingToken = epoch,
                AppliedSeq = 0,
                Silo = "test",
            },
            Ct);

    public Task ForgetAsync(long epoch = 1) => Sink.ForgetAsync(
        new ForgetContext(_ => Task.CompletedTask)
        {
            Group = Group,
            Attempt = 1,
            FencingToken = epoch,
            AppliedSeq = 0,
            Silo = "test",
        },
        Ct);

    public async Task<PermanentBatchException> RefusedAsync(Batch batch) =>
        await Assert.ThrowsAsync<PermanentBatchException>(() => ApplyAsync(batch));

    // The rows as the kernel sees them: one in a line, sorted.
    public async Task<string> RowsAsync(string columns = "*")
    {
        var rows = await Reader.SelectAsync(columns, orderBy: "ALL");
        return string.Join(" ", rows.Split('\n').Select(r => r.Replace('\t', ',')).Order(StringComparer.Ordinal));
    }

    public async Task<Snapshot> SnapshotAsync() =>
        (await new DeltaTable(new DirectoryStore(TableDirectory), new DeltaLogOptions(), TimeProvider.System).ReadAsync(null, Ct))!;

    public void Dispose()
    {
        _sinks.ForEach(s => s.Dispose());
        Parquet.Dispose();
    }
}
