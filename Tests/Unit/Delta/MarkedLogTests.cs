using System.Text.Json.Nodes;

namespace OrleansBatch.Tests.Unit.Delta;

// The kernel takes a log that breaks these rules, and others take it for granted that none does.
public sealed class MarkedLogTests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_commit_says_what_the_protocol_asks_for()
    {
        await _fixture.UpsertAsync("SELECT range AS id, 'old' AS v FROM range(1000)");
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
        var stats = JsonNode.Parse((string)add["stats"]!)!;
        Assert.Equal(1000, (long)stats["numRecords"]!);
        Assert.False((bool)stats["tightBounds"]!);
        Assert.Equal("0 999", $"{stats["minValues"]!["id"]} {stats["maxValues"]!["id"]}");
        var vector = add["deletionVector"]!;
        Assert.Equal("u 1 2", $"{vector["storageType"]} {vector["offset"]} {vector["cardinality"]}");
        Assert.NotEqual(first.PathOrInlineDv, (string?)vector["pathOrInlineDv"]);
    }
}
