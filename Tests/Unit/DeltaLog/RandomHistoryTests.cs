using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// Random histories of real files, held against a plain model and against the kernel of others.
[Trait("Length", "Long")]
public sealed class RandomHistoryTests : IDisposable
{
    private const int Steps = 60;
    private const int RowsOfAFile = 10;

    private readonly TableFixture _fixture = new();
    private readonly Dictionary<string, long> _firstOf = [];
    private readonly Dictionary<string, long> _transactions = [];
    private readonly List<string> _removed = [];
    private int _columns = 1;
    private long _next;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 7)]
    [InlineData(3, 1)]
    [InlineData(4, 1000)]
    public async Task The_table_is_what_a_plain_model_and_the_kernel_say(int seed, int checkpointInterval)
    {
        var random = new Random(seed);
        var options = new DeltaLogOptions { CheckpointInterval = checkpointInterval, LogRetention = TimeSpan.FromHours(1) };
        var table = _fixture.Open(options);
        Snapshot? snapshot = null;
        for (var step = 0; step < Steps; step++)
        {
            snapshot = await _fixture.CommitAsync(snapshot, NextCommit(snapshot, random), table);
            var maintained = await table.MaintainAsync(snapshot, TableFixture.Token);
            Assert.Null(maintained.Trouble);
            snapshot = maintained.Snapshot;
            CompareWithModel(snapshot);

            // Another owner begins from the log alone.
            if (random.Next(6) == 0)
            {
                _fixture.Time.Advance(TimeSpan.FromMinutes(random.Next(50)));
                table = _fixture.Open(options);
                var read = await table.ReadAsync(null, TableFixture.Token);
                Assert.Equal(SnapshotText.Of(snapshot), SnapshotText.Of(read!));
                snapshot = read!;
            }

            if (step % 20 == 19)
            {
                await CompareWithKernelAsync(random);
            }
        }
    }

    private Commit NextCommit(Snapshot? snapshot, Random random)
    {
        var commit = snapshot is null ? TableFixture.Creation() : TableFixture.Write();
        var removes = snapshot?.Files.Values.Where(_ => random.Next(5) == 0).ToList() ?? [];
        var adds = Enumerable.Range(0, random.Next(4)).Select(_ => NewFile()).ToList();
        foreach (var file in removes)
        {
            _firstOf.Remove(file.Path);
            _removed.Add(file.Path);
        }

        var transaction = new Transaction($"app{random.Next(4)}", random.Next(100), random.Next(2) == 0 ? null : Now());
        _transactions[transaction.AppId] = transaction.Version;
        return commit with
        {
            Adds = adds,
            Removes = [.. removes.Select(f => RemoveFile.Of(f, Now()))],
            Transactions = [transaction],
            Metadata = snapshot is null ? TableFixture.Metadata : random.Next(8) == 0 ? WithOneColumnMore(snapshot.Metadata) : null,
        };
    }

    private AddFile NewFile()
    {
        var file = _fixture.Numbers(_next, _next + RowsOfAFile - 1) with { ModificationTime = Now() };
        _firstOf[file.Path] = _next;
        _next += RowsOfAFile;
        return file;
    }

    private DeltaMetadata WithOneColumnMore(DeltaMetadata metadata)
    {
        var fields = Enumerable.Range(1, _columns++).Select(i => new DeltaField($"added{i}", new PrimitiveType("string")));
        return metadata with { SchemaString = new DeltaSchema([new DeltaField("id", new PrimitiveType("long")), .. fields]).ToJson() };
    }

    // The log counts in milliseconds.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_fixture.Time.GetUtcNow().ToUnixTimeMilliseconds());

    private void CompareWithModel(Snapshot snapshot)
    {
        Assert.Equal(_firstOf.Keys.Order(StringComparer.Ordinal), snapshot.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(_firstOf.Count * RowsOfAFile, snapshot.Rows);
        Assert.Equal(_firstOf.Keys.Sum(f => new FileInfo(_fixture.Parquet.PathOf(f)).Length), snapshot.Bytes);
        Assert.Equal(_removed.Order(StringComparer.Ordinal), snapshot.Tombstones.Keys.Order(StringComparer.Ordinal));
        var transactions = snapshot.Transactions.Values.Select(t => KeyValuePair.Create(t.AppId, t.Version));
        Assert.Equal(_transactions.OrderBy(t => t.Key), transactions.OrderBy(t => t.Key));
        Assert.Equal(_columns, snapshot.Schema.Fields.Count);
    }

    private async Task CompareWithKernelAsync(Random random)
    {
        var rows = _firstOf.Values.SelectMany(f => Enumerable.Range(0, RowsOfAFile).Select(i => f + i)).Order().ToList();
        var reader = DeltaReader.OnDisk(_fixture.Directory);
        var from = random.NextInt64(_next);

        Assert.Equal(rows.Count, await reader.CountAsync());
        Assert.Equal(string.Join('\n', rows.Where(r => r >= from)), await reader.SelectAsync("id", $"id >= {from}", "id"));
        Assert.Equal(_columns, (await reader.ColumnsAsync()).Split('\n').Length);
    }
}
