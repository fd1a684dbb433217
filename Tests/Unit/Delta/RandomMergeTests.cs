using System.Globalization;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.Delta;

// Random batches, with vectors and without, held against a plain model by the kernel of others.
public sealed class RandomMergeTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();
    private readonly TableModel _model = new();
    private readonly HashSet<string> _seen = [];
    private long _seq;
    private long _next;
    private int _written;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public Task The_table_is_what_a_plain_model_says(int seed) => RunAsync(seed, operations: 150, between: 10);

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [Trait("Length", "Long")]
    public Task The_table_is_what_a_plain_model_says_for_long(int seed) => RunAsync(seed, operations: 1000, between: 5);

    private async Task RunAsync(int seed, int operations, int between)
    {
        var random = new Random(seed);
        _fixture.Options.CheckpointInterval = random.Next(3, 12);
        await ApplyAsync(SyncType.Append, Fresh(2000), _model.Append, random);
        for (var done = 1; done <= operations; done++)
        {
            await OneAsync(random);
            if (done % between == 0 || done == operations)
            {
                Assert.Equal((seed, done, _model.ToText()), (seed, done, await RowsAsync()));
                Assert.Equal(_model.Count, (await _fixture.SnapshotAsync()).Rows);
            }
        }

        // What the mixture is for did happen.
        string[] all = ["marked", "marked more", "marked and written anew", "checkpoint", "refreshed", "an old vector removed"];
        Assert.Equal(all.Order(), _seen.Intersect(all).Order());
    }

    private async Task OneAsync(Random random)
    {
        _fixture.Options.DeletionVectors = random.Next(4) > 0;
        switch (random.Next(20))
        {
            case 0:
                await RefreshAsync(random);
                break;
            case < 4:
                await ApplyAsync(SyncType.Append, Fresh(random.Next(1, 1500)), _model.Append, random);
                break;
            case 4:
                await CheckpointAsync();
                break;
            case 5:
                await SayAsync(random.Next(2) == 0);
                break;
            default:
                await ApplyAsync(SyncType.Incremental, Some(random), _model.Upsert, random);
                break;
        }
    }

    private async Task ApplyAsync(
        SyncType type, List<(long? Id, string Value)> rows, Action<List<(long? Id, string Value)>> apply, Random random)
    {
        // A wider type writes the whole table anew; the type goes back with a full refresh only.
        var idType = random.Next(25) == 0 ? "BIGINT" : "INTEGER";
        var batch = _fixture.BatchOf(++_seq, Select(rows, idType), type, "id") with { NullKeys = NullKeyRule.Keep };
        var sink = random.Next(10) == 0 ? _fixture.NewSink() : _fixture.Sink;
        await _fixture.ApplyAsync(batch, sink: sink);
        if (sink != _fixture.Sink)
        {
            await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        }

        apply(rows);
        await NoteAsync();
    }

    private async Task RefreshAsync(Random random)
    {
        _fixture.Run = Guid.NewGuid();
        var rows = Fresh(random.Next(500, 3000));
        await ApplyAsync(SyncType.FullRefresh, rows, _ => { }, random);
        await _fixture.EndAsync(RunEnd.Sealed, _seq);
        _model.Replace(rows);
        _fixture.Run = Guid.NewGuid();
        _seen.Add("refreshed");
    }

    private async Task CheckpointAsync()
    {
        var table = Table();
        await table.CheckpointAsync(await _fixture.SnapshotAsync(), TestContext.Current.CancellationToken);
        var log = new DirectoryInfo(Path.Combine(_fixture.TableDirectory, "_delta_log"));
        var newest = log.GetFiles("*.checkpoint.parquet").Max(f => f.Name[..20])!;
        foreach (var old in log.GetFiles().Where(f => char.IsAsciiDigit(f.Name[0]) && string.CompareOrdinal(f.Name[..20], newest) < 0))
        {
            old.Delete();
        }

        // Another owner goes on from the checkpoint alone.
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        _seen.Add("checkpoint");
    }

    private async Task SayAsync(bool enabled)
    {
        var snapshot = await _fixture.SnapshotAsync();
        var configuration = new Dictionary<string, string?>(snapshot.Metadata.Configuration)
        {
            ["delta.enableDeletionVectors"] = enabled ? "true" : "false",
        };
        await Table().TryCommitAsync(
            snapshot,
            new() { Info = new("SET TBLPROPERTIES"), Metadata = snapshot.Metadata with { Configuration = configuration } },
            TestContext.Current.CancellationToken);
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
    }

    private DeltaTable Table() => new(new DirectoryStore(_fixture.TableDirectory), new DeltaLogOptions(), TimeProvider.System);

    private async Task NoteAsync()
    {
        var snapshot = await _fixture.SnapshotAsync();
        var text = await File.ReadAllTextAsync(
            Path.Combine(_fixture.TableDirectory, "_delta_log", $"{snapshot.Version:D20}.json"), TestContext.Current.CancellationToken);
        var added = text.Contains("VectorsAdded", StringComparison.Ordinal);
        var updated = !text.Contains("VectorsUpdated\":\"0", StringComparison.Ordinal);
        var rewrote = !text.Contains("\"numRemovedFiles\":\"0\"", StringComparison.Ordinal);
        _seen.Add(added ? "marked" : "");
        _seen.Add(added && updated ? "marked more" : "");
        _seen.Add(added && rewrote ? "marked and written anew" : "");
        _seen.Add(snapshot.Tombstones.Values.Any(t => t.DeletionVector is not null) ? "an old vector removed" : "");
    }

    private List<(long? Id, string Value)> Fresh(int rows)
    {
        var first = _next;
        _next += rows;
        return [.. Enumerable.Range(0, rows).Select(i => (i % 97 == 5 ? (long?)null : first + i, $"v{_written++}"))];
    }

    // Keys near each other and far apart, few and many, some of them new, some twice.
    private List<(long? Id, string Value)> Some(Random random)
    {
        var count = random.Next(4) switch { 0 => 1, 1 => random.Next(1, 10), 2 => random.Next(10, 60), _ => random.Next(60, 600) };
        var (from, width) = random.Next(2) == 0 ? (0L, _next + 20) : (random.NextInt64(_next), random.NextInt64(1, 800));
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                (random.Next(60) == 0 ? (long?)null : from + random.NextInt64(width), $"v{_written++}")),
        ];
    }

    private static string Select(List<(long? Id, string Value)> rows, string idType)
    {
        var values = rows.Select(r => $"({r.Id?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, '{r.Value}')");
        return $"SELECT CAST(id AS {idType}) AS id, v FROM (VALUES {string.Join(", ", values)}) AS t(id, v)";
    }

    private async Task<string> RowsAsync()
    {
        var text = await _fixture.Reader.SelectAsync("id, v", orderBy: "ALL");
        return string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
    }
}
