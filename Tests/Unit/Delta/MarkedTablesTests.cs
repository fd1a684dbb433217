using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Unit.DeltaLog.Golden;

namespace OrleansBatch.Tests.Unit.Delta;

// Tables with marked rows, whoever marked them. No way to write a row anew brings a marked one back.
public sealed class MarkedTablesTests(GoldenTables golden) : IClassFixture<GoldenTables>, IDisposable
{
    private const string Property = "delta.enableDeletionVectors";

    private readonly MarkedFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    // Spark deleted 0, 7 and 14 of 0 to 49.
    [Theory]
    [InlineData("12", "SELECT 12::BIGINT AS id", 47)]
    [InlineData("7", "SELECT 7::BIGINT AS id", 48)]
    [InlineData("a new key", "SELECT 99::BIGINT AS id", 48)]
    [InlineData("all", "SELECT range::BIGINT AS id FROM range(50)", 50)]
    public async Task A_table_of_Spark_is_continued_by_an_upsert(string key, string select, int rows)
    {
        await CopyAsync();

        await _fixture.UpsertAsync(select);

        var replaced = await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)");
        Assert.Equal((key, $"{rows}\t{rows}"), (key, replaced));
        Assert.Equal(rows, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    [Fact]
    public async Task A_table_of_Spark_is_continued_by_a_batch_that_widens_its_column()
    {
        await CopyAsync();

        await _fixture.AppendAsync("SELECT 1000.5::DECIMAL(38,2) AS id");

        Assert.Equal(48, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(0, await _fixture.Delta.Reader.CountAsync("id IN (0, 7, 14)"));
    }

    [Fact]
    public async Task The_property_of_a_table_goes_before_the_option()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        _fixture.Delta.Options.DeletionVectors = false;

        await _fixture.UpsertAsync("SELECT 2 AS id");

        Assert.Equal([1, 2], await _fixture.PlacesAsync(await _fixture.MarkedAsync()));
        await SayAsync("false");
        _fixture.Delta.Options.DeletionVectors = true;
        await _fixture.UpsertAsync("SELECT 3 AS id");
        Assert.Equal(2, _fixture.VectorPaths().Length);
        Assert.DoesNotContain(await _fixture.FilesAsync(), f => f.DeletionVector is not null);
        Assert.Equal("1000\t1000", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
    }

    [Theory]
    [InlineData("append")]
    [InlineData("upsert")]
    [InlineData("widen")]
    [InlineData("upsert with a wider key")]
    [InlineData("widen after a look at the values")]
    public async Task No_marked_row_comes_back(string by)
    {
        await _fixture.UpsertAsync("SELECT range::INTEGER AS id, 'old' AS v, 1::INTEGER AS n FROM range(1000)");
        await _fixture.UpsertAsync("SELECT range::INTEGER AS id, 'new' AS v, 2::INTEGER AS n FROM range(40)");
        await SayAsync("false");

        await (by switch
        {
            "append" => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 1 AS n"),
            "upsert" => _fixture.UpsertAsync("SELECT 500 AS id, 'x' AS v, 1 AS n"),
            "widen" => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 5000000000 AS n"),
            "upsert with a wider key" => _fixture.UpsertAsync("SELECT 5000000000 AS id, 'x' AS v, 1 AS n"),
            _ => _fixture.AppendAsync("SELECT 5000 AS id, 'x' AS v, 1.5::DOUBLE AS n"),
        });

        var rows = by == "upsert" ? 1000 : 1001;
        Assert.Equal($"{rows}\t{rows}", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
        Assert.Equal(40, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal(rows, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    [Fact]
    public async Task A_full_refresh_removes_files_with_their_vectors()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        _fixture.Delta.Run = Guid.NewGuid();

        await _fixture.Delta.ApplyAsync(_fixture.BatchOf("SELECT 77 AS id", SyncType.FullRefresh));
        await _fixture.Delta.EndAsync(RunEnd.Sealed, appliedSeq: 3);

        Assert.Equal("77", await _fixture.Delta.RowsAsync());
        Assert.Single(await _fixture.FilesAsync());
        Assert.Single(await _fixture.CommitAsync("remove"), r => r["deletionVector"] is not null);
    }

    [Fact]
    public async Task A_checkpoint_alone_knows_the_marked_rows()
    {
        _fixture.Delta.Options.CheckpointInterval = 3;
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        await _fixture.UpsertAsync("SELECT 2 AS id");
        await _fixture.UpsertAsync("SELECT 3 AS id");
        var log = new DirectoryInfo(Path.Combine(_fixture.Delta.TableDirectory, "_delta_log"));
        var checkpoint = Assert.Single(log.GetFiles("*.checkpoint.parquet")).Name[..20];
        var before = await _fixture.Delta.SnapshotAsync();
        var older = log.GetFiles("*.json").Where(f => f.Name.Length == 25 && string.CompareOrdinal(f.Name, checkpoint) < 0);
        older.ToList().ForEach(f => f.Delete());

        var after = await _fixture.Delta.SnapshotAsync();

        Assert.Equal(DeltaLog.SnapshotText.Of(before), DeltaLog.SnapshotText.Of(after));
        Assert.Equal("1000\t1000", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));
        Assert.Equal(2, after.Tombstones.Values.Count(t => t.DeletionVector is not null));
    }

    [Fact]
    public async Task A_vector_that_is_gone_holds_the_group_up()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        File.Delete(Assert.Single(_fixture.VectorPaths()));

        var error = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.UpsertAsync("SELECT 1 AS id"));

        Assert.Contains(".bin is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_with_the_name_of_the_rows_places_keeps_rows_from_being_marked()
    {
        await _fixture.UpsertAsync("SELECT range AS id, 5 AS File_Row_Number FROM range(1000)");

        await _fixture.UpsertAsync("SELECT 1 AS id, 6 AS File_Row_Number");

        Assert.Empty(_fixture.VectorPaths());
        Assert.Equal("1000\t5001", await _fixture.Delta.Reader.SelectAsync("count(), sum(File_Row_Number)"));
    }

    [Theory]
    [InlineData(SyncType.Append)]
    [InlineData(SyncType.Incremental)]
    public async Task A_table_with_marked_rows_takes_no_column_with_that_name(SyncType type)
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");

        var error = await _fixture.Delta.RefusedAsync(_fixture.BatchOf("SELECT 1 AS id, 2 AS file_row_number", type));

        Assert.Contains("a column file_row_number", error.Message, StringComparison.Ordinal);
    }

    private async Task CopyAsync()
    {
        var from = golden.PathOf("log-replay-dv-key-cases");
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_fixture.Delta.TableDirectory, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var read = File.OpenRead(file);
            await using var write = File.Create(target);
            await read.CopyToAsync(write, Ct);
        }
    }

    // What somebody sets on the table.
    private async Task SayAsync(string enabled)
    {
        var table = new DeltaTable(new DirectoryStore(_fixture.Delta.TableDirectory), new DeltaLogOptions(), TimeProvider.System);
        var snapshot = (await table.ReadAsync(null, Ct))!;
        var metadata = snapshot.Metadata with
        {
            Configuration = new Dictionary<string, string?>(snapshot.Metadata.Configuration) { [Property] = enabled },
        };
        Assert.True((await table.TryCommitAsync(snapshot, new() { Info = new("SET TBLPROPERTIES"), Metadata = metadata }, Ct)).IsCommitted);
    }
}
