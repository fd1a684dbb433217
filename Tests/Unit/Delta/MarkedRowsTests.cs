using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.Delta;

// Upserts that mark rows instead of writing their file anew.
public sealed class MarkedRowsTests : IDisposable
{
    private const string Thousand = "SELECT range AS id, 'old' AS v FROM range(1000)";

    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Few_rows_of_a_file_are_marked_and_the_file_stays()
    {
        await _fixture.UpsertAsync(Thousand);
        var before = Assert.Single(await _fixture.FilesAsync());

        var result = await _fixture.UpsertAsync("SELECT * FROM (VALUES (7, 'new'), (999, 'new'), (5000, 'new')) AS t(id, v)");

        Assert.Equal(new BatchResult { RowsApplied = 3, RowsReplaced = 2 }, result);
        var marked = await _fixture.MarkedAsync();
        Assert.Equal(before.Path, marked.Path);
        Assert.Equal([7, 999], await _fixture.PlacesAsync(marked));
        Assert.Equal(1001, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal("5000\tnew\n7\tnew\n999\tnew", await _fixture.Delta.Reader.SelectAsync("id, v", "v = 'new'", "toString(id)"));
        Assert.Equal(1001, (await _fixture.Delta.SnapshotAsync()).Rows);
    }

    // The kernel takes a vector that breaks these rules, and others take it for granted that none does.
    [Fact]
    public async Task The_commit_says_what_the_protocol_asks_for()
    {
        await _fixture.UpsertAsync(Thousand);
        await _fixture.UpsertAsync("SELECT 7 AS id, 'new' AS v");
        var first = (await _fixture.MarkedAsync()).DeletionVector!;
        var protocol = Assert.Single(await _fixture.CommitAsync("protocol"));
        Assert.Equal("3 7", $"{protocol["minReaderVersion"]} {protocol["minWriterVersion"]}");
        Assert.Equal("""["deletionVectors"]""", protocol["readerFeatures"]!.ToJsonString());
        Assert.Equal("""["appendOnly","invariants","deletionVectors"]""", protocol["writerFeatures"]!.ToJsonString());
        var configuration = Assert.Single(await _fixture.CommitAsync("metaData"))["configuration"]!;
        Assert.Equal("true", (string?)configuration["delta.enableDeletionVectors"]);
        Assert.Null(Assert.Single(await _fixture.CommitAsync("remove"))["deletionVector"]);

        await _fixture.UpsertAsync("SELECT 8 AS id, 'new' AS v");

        Assert.Empty(await _fixture.CommitAsync("protocol"));
        Assert.Empty(await _fixture.CommitAsync("metaData"));
        Assert.Equal(3, (await _fixture.CommitAsync("txn")).Count);
        var remove = Assert.Single(await _fixture.CommitAsync("remove"));
        Assert.Equal(first.PathOrInlineDv, (string?)remove["deletionVector"]!["pathOrInlineDv"]);
        var add = Assert.Single(await _fixture.CommitAsync("add"), a => a["deletionVector"] is not null);
        Assert.Equal((string?)remove["path"], (string?)add["path"]);
        Assert.True((bool)add["dataChange"]!);
        var stats = System.Text.Json.Nodes.JsonNode.Parse((string)add["stats"]!)!;
        Assert.Equal(1000, (long)stats["numRecords"]!);
        Assert.False((bool)stats["tightBounds"]!);
        Assert.Equal("0 999", $"{stats["minValues"]!["id"]} {stats["maxValues"]!["id"]}");
        var vector = add["deletionVector"]!;
        Assert.Equal("u 1 2", $"{vector["storageType"]} {vector["offset"]} {vector["cardinality"]}");
        Assert.NotEqual(first.PathOrInlineDv, (string?)vector["pathOrInlineDv"]);
    }

    [Fact]
    public async Task A_commit_writes_one_file_of_vectors_for_all_its_files()
    {
        for (var i = 0; i < 3; i++)
        {
            await _fixture.AppendAsync($"SELECT range AS id, 'old' AS v FROM range({i * 1000}, {(i + 1) * 1000})");
        }

        await _fixture.UpsertAsync("SELECT unnest([1, 1001, 2001, 2999]) AS id, 'new' AS v");

        Assert.Single(_fixture.VectorPaths());
        var vectors = (await _fixture.FilesAsync()).Select(f => f.DeletionVector).OfType<DeletionVector>().ToList();
        Assert.Equal(3, vectors.Count);
        Assert.Single(vectors.Select(v => v.PathOrInlineDv).Distinct());
        Assert.Contains(1, vectors.Select(v => v.Offset));
        Assert.Equal(3000, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(4, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal("4498500", await _fixture.Delta.Reader.SumAsync("id"));
    }

    [Theory]
    [InlineData(30, 20, true)]
    [InlineData(30, 21, false)]
    [InlineData(0, 50, true)]
    [InlineData(0, 51, false)]
    public async Task Up_to_a_twentieth_of_a_file_is_marked_and_more_writes_it_anew(int before, int then, bool stays)
    {
        await _fixture.UpsertAsync(Thousand);
        await _fixture.UpsertAsync($"SELECT range AS id, 'new' AS v FROM range({before})");
        var file = (await _fixture.FilesAsync())[0];

        await _fixture.UpsertAsync($"SELECT range + 500 AS id, 'new' AS v FROM range({then})");

        Assert.Equal(stays, (await _fixture.Delta.SnapshotAsync()).Files.ContainsKey(file.Path));
        Assert.Equal(stays, (await _fixture.FilesAsync()).Exists(f => f.DeletionVector is not null));
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync());
        Assert.Equal(before + then, await _fixture.Delta.Reader.CountAsync("v = 'new'"));
        Assert.Equal("499500", await _fixture.Delta.Reader.SumAsync("id"));
    }

    [Fact]
    public async Task A_file_whose_every_row_is_replaced_is_removed_with_its_vector()
    {
        await _fixture.UpsertAsync(Thousand);
        await _fixture.UpsertAsync("SELECT 3 AS id, 'new' AS v");
        var marked = await _fixture.MarkedAsync();

        await _fixture.UpsertAsync("SELECT range AS id, 'last' AS v FROM range(1000)");

        var remove = Assert.Single(await _fixture.CommitAsync("remove"), r => (string?)r["path"] == marked.Path);
        Assert.Equal(marked.DeletionVector!.PathOrInlineDv, (string?)remove["deletionVector"]!["pathOrInlineDv"]);
        Assert.Null(Assert.Single(await _fixture.CommitAsync("add"))["deletionVector"]);
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync("v = 'last'"));
        Assert.Equal(1000, await _fixture.Delta.Reader.CountAsync());
    }

    [Fact]
    public async Task A_batch_that_comes_again_commits_nothing()
    {
        await _fixture.UpsertAsync(Thousand);
        var batch = _fixture.BatchOf("SELECT 7 AS id, 'new' AS v");
        var first = await _fixture.Delta.ApplyAsync(batch);
        var version = (await _fixture.Delta.SnapshotAsync()).Version;

        var again = await _fixture.Delta.ApplyAsync(batch, appliedSeq: 1, sink: _fixture.Delta.NewSink());

        Assert.Equal(first, again);
        Assert.Equal(version, (await _fixture.Delta.SnapshotAsync()).Version);
        Assert.Single(_fixture.VectorPaths());
    }

    [Fact]
    public async Task Rows_with_a_null_in_their_key_are_never_marked_and_hide_no_others()
    {
        await _fixture.Delta.ApplyAsync(_fixture.BatchOf(
            "SELECT CASE WHEN range % 100 = 0 THEN NULL ELSE range END AS id, 'old' AS v FROM range(1000)", SyncType.Append));

        await _fixture.Delta.ApplyAsync(
            _fixture.BatchOf("SELECT unnest([NULL, 999, NULL, 1]) AS id, 'new' AS v") with { NullKeys = NullKeyRule.Keep });

        Assert.Equal([1, 999], await _fixture.PlacesAsync(await _fixture.MarkedAsync()));
        Assert.Equal(12, await _fixture.Delta.Reader.CountAsync("id IS NULL"));
        Assert.Equal(1002, await _fixture.Delta.Reader.CountAsync());
    }

    [Fact]
    public async Task Places_are_right_in_files_of_many_row_groups_that_are_read_in_part()
    {
        await _fixture.UpsertAsync("SELECT range * 2 AS id, 'old' AS v FROM range(400000)");

        await _fixture.UpsertAsync("SELECT unnest([2, 300000, 799998]) AS id, 'new' AS v");
        await _fixture.UpsertAsync("SELECT unnest([300002, 2]) AS id, 'last' AS v");

        Assert.Equal([1, 150000, 150001, 399999], await _fixture.PlacesAsync((await _fixture.FilesAsync())[0]));
        Assert.Equal("399996", await _fixture.Delta.Reader.SelectAsync("count()", "v = 'old'"));
        var replaced = await _fixture.Delta.Reader.SelectAsync("id, v", "v <> 'old'", "id");
        Assert.Equal("2\tlast\n300000\tnew\n300002\tlast\n799998\tnew", replaced);
    }

    [Fact]
    public async Task Without_the_option_no_row_is_marked()
    {
        _fixture.Delta.Options.DeletionVectors = false;
        await _fixture.UpsertAsync(Thousand);

        await _fixture.UpsertAsync("SELECT 7 AS id, 'new' AS v");

        Assert.Empty(_fixture.VectorPaths());
        Assert.Equal(DeltaProtocol.Plain, (await _fixture.Delta.SnapshotAsync()).Protocol);
    }
}
