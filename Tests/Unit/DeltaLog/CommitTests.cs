using System.Text.Json.Nodes;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class CommitTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_table_that_is_not_there_is_null() => Assert.Null(await _fixture.Table.ReadAsync(null, TableFixture.Token));

    [Fact]
    public async Task The_snapshot_of_a_commit_is_what_another_reader_reads()
    {
        var first = await _fixture.CommitAsync(null, TableFixture.Creation(TableFixture.Named("a b%c/ü")));
        var commit = TableFixture.Write(TableFixture.Named("two") with { Tags = new Dictionary<string, string?> { ["k"] = "v" } }) with
        {
            Removes = [RemoveFile.Of(first.Files["a b%c/ü"], _fixture.Time.GetUtcNow())],
            Transactions = [new("app", 7, _fixture.Time.GetUtcNow()), new("other", 1)],
        };

        var second = await _fixture.CommitAsync(first, commit);

        Assert.Equal(SnapshotText.Of(second), SnapshotText.Of(await _fixture.ReadAsync()));
        Assert.Equal(["two"], second.Files.Keys);
        Assert.Equal(["a b%c/ü"], second.Tombstones.Keys);
        Assert.Equal(7, second.Transactions["app"].Version);
        Assert.Equal((1L, 1L, 10L), (second.Version, second.Rows, second.Bytes));
    }

    [Fact]
    public async Task The_first_line_says_what_was_done_and_by_which_transaction()
    {
        var commit = TableFixture.Creation() with
        {
            Info = new("WRITE")
            {
                Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
                Metrics = new Dictionary<string, long> { ["numOutputRows"] = 3 },
                Custom = new JsonObject { ["run_id"] = "r", ["txnId"] = "not mine" },
            },
        };

        await _fixture.CommitAsync(null, commit);

        var info = JsonNode.Parse((await File.ReadAllLinesAsync(_fixture.CommitPath(0), TableFixture.Token))[0])!["commitInfo"]!;
        Assert.Equal("WRITE", (string?)info["operation"]);
        Assert.Equal("Append", (string?)info["operationParameters"]!["mode"]);
        Assert.Equal("3", (string?)info["operationMetrics"]!["numOutputRows"]);
        Assert.Equal("r", (string?)info["run_id"]);
        Assert.True(Guid.TryParse((string?)info["txnId"], out _));
    }

    [Fact]
    public async Task A_path_is_encoded_once()
    {
        await _fixture.CommitAsync(null, TableFixture.Creation(TableFixture.Named("p=a%2Fb/x:y z.parquet")));

        var text = await File.ReadAllTextAsync(_fixture.CommitPath(0), TableFixture.Token);
        Assert.Contains("\"path\":\"p=a%252Fb/x%3Ay%20z.parquet\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_is_read_on_takes_the_next_commits_only()
    {
        var first = await _fixture.CreateAsync(1);
        var last = await _fixture.CommitAsync(await _fixture.CommitAsync(first, TableFixture.Write(TableFixture.Named("1"))),
            TableFixture.Write(TableFixture.Named("2")));
        File.Delete(_fixture.CommitPath(0));

        var read = await _fixture.Table.ReadAsync(first, TableFixture.Token);

        Assert.Equal(SnapshotText.Of(last), SnapshotText.Of(read!));
    }

    [Fact]
    public async Task A_commit_without_a_change_of_rows_says_so_of_its_files()
    {
        var first = await _fixture.CreateAsync(1);

        await _fixture.CommitAsync(first, TableFixture.Write(TableFixture.Named("1")) with
        {
            DataChange = false,
            Removes = [RemoveFile.Of(first.Files["0"], _fixture.Time.GetUtcNow())],
        });

        var lines = await File.ReadAllLinesAsync(_fixture.CommitPath(1), TableFixture.Token);
        Assert.Equal(2, lines.Count(l => l.Contains("\"dataChange\":false", StringComparison.Ordinal)));
    }

    public static TheoryData<string, Commit> Contradictions() => new()
    {
        { "the added path new once", TableFixture.Write(TableFixture.Named("new"), TableFixture.Named("new")) },
        { "unlike 0", TableFixture.Write(TableFixture.Named("0")) with { Removes = [Removal("0")] } },
        { "the removed path 0 once", TableFixture.Write() with { Removes = [Removal("0"), Removal("0")] } },
        { "0 is in the table", TableFixture.Write(TableFixture.Named("0")) },
        { "unknown is not", TableFixture.Write() with { Removes = [Removal("unknown")] } },
        { "the application a once", TableFixture.Write() with { Transactions = [new("a", 1), new("a", 2)] } },
        { "partition column", TableFixture.Write(TableFixture.Named("x") with { PartitionValues = Values("p", "1") }) },
        { "partition column", TableFixture.Write() with { Metadata = TableFixture.Metadata with { PartitionColumns = ["p"] } } },
        { "never changes", TableFixture.Write() with { Metadata = TableFixture.Metadata with { Id = "other" } } },
        { "ID is there twice", TableFixture.Write() with { Metadata = WithColumns("ID", "long", "id", "long") } },
        { "timestampNtz", TableFixture.Write() with { Metadata = WithColumns("t", "timestamp_ntz") } },
        { "no schema", TableFixture.Write() with { Metadata = TableFixture.Metadata with { SchemaString = "{" } } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task A_commit_that_contradicts_itself_or_the_table_is_not_written(string said, Commit commit)
    {
        var first = await _fixture.CreateAsync(1);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => _fixture.Table.TryCommitAsync(first, commit, TableFixture.Token));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.CommitPath(1)));
    }

    [Fact]
    public async Task The_first_commit_needs_protocol_and_metadata()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => _fixture.Table.TryCommitAsync(null, TableFixture.Write(), TableFixture.Token));

        Assert.Contains("metadata", error.Message, StringComparison.Ordinal);
    }

    private static RemoveFile Removal(string path) => RemoveFile.Of(TableFixture.Named(path), DateTimeOffset.UnixEpoch);

    private static Dictionary<string, string?> Values(string name, string value) => new() { [name] = value };

    private static DeltaMetadata WithColumns(params string[] namesAndTypes) => TableFixture.Metadata with
    {
        SchemaString = new DeltaSchema([.. namesAndTypes.Chunk(2).Select(c => new DeltaField(c[0], new PrimitiveType(c[1])))]).ToJson(),
    };
}
