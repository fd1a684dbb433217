using System.Diagnostics.CodeAnalysis;

using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

// A sink with a lake and an input directory of its own, and one group to write to.
internal sealed class SinkFixture : IDisposable
{
    public SinkFixture()
    {
        Options = new DuckDbSinkOptions { LakeDirectory = Path.Combine(Parquet.Directory, "lake"), InputRoots = [Parquet.Directory] };
        Sink = NewSink();
    }

    public ParquetFixture Parquet { get; } = new();

    public DuckDbSinkOptions Options { get; }

    public DuckDbSink Sink { get; }

    public GroupKey Group { get; set; } = new(7, "flights");

    public Guid Run { get; set; } = Guid.NewGuid();

    public string LakeFile => LakePath.Of(Options.LakeDirectory, Group);

    public DuckDbSink NewSink() => new(Microsoft.Extensions.Options.Options.Create(Options));

    public Batch Batch(long seq, string path, SyncType type = SyncType.Append, params string[] keys) =>
        TestBatch.Of(Group, path, seq, Run, type) with { PrimaryKeys = keys };

    public Batch BatchOf(long seq, string select, SyncType type = SyncType.Append, params string[] keys) =>
        Batch(seq, Parquet.Write($"{Guid.NewGuid():N}.parquet", select), type, keys);

    public Task<BatchResult> ApplyAsync(Batch batch, long? appliedSeq = null, long epoch = 1) =>
        Sink.ApplyAsync(TestBatch.Call(batch, appliedSeq, epoch), TestContext.Current.CancellationToken);

    // Applies one batch after the other, as an owner does.
    public async Task ApplyAllAsync(SyncType type, string[] keys, params string[] selects)
    {
        for (var i = 0; i < selects.Length; i++)
        {
            await ApplyAsync(BatchOf(i + 1, selects[i], type, keys));
        }
    }

    // Changes the file as an operator does while no silo has it open.
    [SuppressMessage("Security", "CA2100", Justification = "The tests write the statements.")]
    public async Task ByHandAsync(bool newerFormat, params string[] statements)
    {
        await Sink.ReleaseAsync(Group, TestContext.Current.CancellationToken);
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var format = newerFormat ? ", STORAGE_VERSION 'v1.5.0'" : "";
        foreach (var statement in statements.Prepend("USE lake.main").Prepend($"ATTACH '{LakeFile}' AS lake (TYPE duckdb{format})"))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public Task ByHandAsync(params string[] statements) => ByHandAsync(newerFormat: false, statements);

    public Task<RunEndResult> EndAsync(RunEnd end, long appliedSeq, long epoch = 1) =>
        Sink.EndRunAsync(TestBatch.End(Group, Run, end, appliedSeq, epoch), TestContext.Current.CancellationToken);

    public Task<FenceResult> FenceAsync(long seq, long epoch, int? index, SyncType type = SyncType.Append) => Sink.FenceAsync(
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
        CancellationToken.None);

    public async Task<PermanentBatchException> RefusedAsync(Batch batch) =>
        await Assert.ThrowsAsync<PermanentBatchException>(() => ApplyAsync(batch));

    // The rows as another program sees them: one in a line, sorted.
    public async Task<string> RowsAsync(string? select = null)
    {
        await Sink.ReleaseAsync(Group, TestContext.Current.CancellationToken);
        var name = Group.SchemaId.Replace("\"", "\"\"", StringComparison.Ordinal);
        var result = new Lake(Options.LakeDirectory).Select(Group, select ?? $"FROM \"{name}\" ORDER BY ALL");
        return string.Join(" ", result.Rows.Select(row => string.Join(",", row.Select(v => v ?? "NULL"))));
    }

    public void Dispose()
    {
        Sink.Dispose();
        Parquet.Dispose();
    }
}
