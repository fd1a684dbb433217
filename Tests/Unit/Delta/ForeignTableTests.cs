using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.Delta;

// Tables that others made, or that belong to another group.
public sealed class ForeignTableTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_table_of_another_group_is_not_written()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var from = _fixture.TableDirectory;
        _fixture.Group = new GroupKey(7, "copy");
        CopyDirectory(from, _fixture.TableDirectory);

        var error = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id")));

        Assert.Contains("holds the rows of group 7/flights", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.FenceAsync(2, epoch: 2));
        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_table_that_others_made_is_continued_and_keeps_what_they_said_of_it()
    {
        await MakeAsync(new DeltaMetadata
        {
            Id = "theirs",
            Name = "orders",
            SchemaString = new DeltaSchema([new DeltaField("id", new PrimitiveType("long"), true, """{"comment":"the key"}""")]).ToJson(),
        });

        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS ID, 'a' AS name"), appliedSeq: 0);

        var metadata = (await _fixture.SnapshotAsync()).Metadata;
        Assert.Equal(("theirs", "orders"), (metadata.Id, metadata.Name));
        Assert.Equal("""{"comment":"the key"}""", metadata.ReadSchema().Fields[0].Metadata);
        Assert.Equal("1,a", await _fixture.RowsAsync("id, name"));
    }

    [Theory]
    [InlineData("partition", "is partitioned by id")]
    [InlineData("feed", "the feature changeDataFeed")]
    [InlineData("required", "Column id of the table")]
    public async Task What_a_table_asks_for_and_this_sink_does_not_do_is_refused_before_anything_is_written(string what, string because)
    {
        await MakeAsync(new DeltaMetadata
        {
            Id = "theirs",
            SchemaString = new DeltaSchema([new DeltaField("id", new PrimitiveType("long"), Nullable: what != "required")]).ToJson(),
            PartitionColumns = what == "partition" ? ["id"] : [],
            Configuration = what == "feed" ? new Dictionary<string, string?> { ["delta.enableChangeDataFeed"] = "true" } : [],
        });

        var error = await _fixture.RefusedAsync(_fixture.BatchOf(1, "SELECT NULL::BIGINT AS id"));

        Assert.Contains(because, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_fixture.TableDirectory, "*.parquet"));
        Assert.Single(Directory.GetFiles(Path.Combine(_fixture.TableDirectory, "_delta_log"), "*.json"));
    }

    // A former owner can commit to such a table as little as this one.
    [Theory]
    [InlineData("partition")]
    [InlineData("feed")]
    public async Task A_table_that_can_not_be_written_needs_no_fence(string what)
    {
        await MakeAsync(new DeltaMetadata
        {
            Id = "theirs",
            SchemaString = new DeltaSchema([new DeltaField("id", new PrimitiveType("long"))]).ToJson(),
            PartitionColumns = what == "partition" ? ["id"] : [],
            Configuration = what == "feed" ? new Dictionary<string, string?> { ["delta.enableChangeDataFeed"] = "true" } : [],
        });

        await _fixture.FenceAsync(1, epoch: 2);

        Assert.Equal(0, (await _fixture.SnapshotAsync()).Version);
    }

    // Files of the log that the library itself does not make are written by hand.
    private async Task MakeAsync(DeltaMetadata metadata)
    {
        var plain = metadata with { Configuration = new Dictionary<string, string?>(), PartitionColumns = [] };
        var table = new DeltaTable(new DirectoryStore(_fixture.TableDirectory), new DeltaLogOptions(), TimeProvider.System);
        await table.TryCommitAsync(
            null,
            new Commit { Info = new CommitDescription("CREATE TABLE"), Protocol = DeltaProtocol.Plain, Metadata = plain },
            Ct);
        var file = Path.Combine(_fixture.TableDirectory, "_delta_log", $"{0:D20}.json");
        var text = await File.ReadAllTextAsync(file, Ct);
        text = text.Replace(
            "\"partitionColumns\":[]", $"\"partitionColumns\":[{string.Join(",", metadata.PartitionColumns.Select(c => $"\"{c}\""))}]",
            StringComparison.Ordinal);
        text = text.Replace(
            "\"configuration\":{}",
            $"\"configuration\":{{{string.Join(",", metadata.Configuration.Select(c => $"\"{c.Key}\":\"{c.Value}\""))}}}",
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, Ct);
    }

    private static void CopyDirectory(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
