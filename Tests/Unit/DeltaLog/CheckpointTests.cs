using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class CheckpointTests : IDisposable
{
    private static readonly DeltaLogOptions _often = new() { CheckpointInterval = 2 };

    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_checkpoint_alone_holds_the_whole_table()
    {
        var written = await CreateFullAsync();

        await TableFixture.CheckpointAsync(_fixture.Open(_often), written);
        DeleteCommits();

        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    [Theory]
    [InlineData("long", false)]
    [InlineData("timestamp_ntz", true)]
    public async Task The_kernel_reads_a_table_from_its_checkpoint_alone(string added, bool hasFeatures)
    {
        var schema = new DeltaSchema([.. TableFixture.Metadata.ReadSchema().Fields, new DeltaField("added", new PrimitiveType(added))]);
        var creation = TableFixture.Creation(_fixture.Numbers(1, 10), _fixture.Numbers(11, 20)) with
        {
            Protocol = hasFeatures ? DeltaProtocol.WithTimestampNtz : DeltaProtocol.Plain,
            Metadata = TableFixture.Metadata with { SchemaString = schema.ToJson() },
        };
        var first = await _fixture.CommitAsync(null, creation);
        var second = await _fixture.CommitAsync(first, TableFixture.Write(_fixture.Numbers(21, 30)) with
        {
            Removes = [RemoveFile.Of(first.Files.Values.First(), _fixture.Time.GetUtcNow())],
            Transactions = [new("app", 1)],
        });
        var third = await _fixture.CommitAsync(second, TableFixture.Write());
        await TableFixture.CheckpointAsync(_fixture.Open(_often), third);
        File.Delete(_fixture.CommitPath(0));
        File.Delete(_fixture.CommitPath(1));
        var reader = DeltaReader.OnDisk(_fixture.Directory);

        Assert.Equal(20, await reader.CountAsync());
        Assert.Equal(5, await reader.CountAsync("id > 25"));
        Assert.Equal(20, await reader.CountAsync("added IS NULL"));
    }

    [Fact]
    public async Task A_checkpoint_is_due_after_as_many_commits_as_the_table_says()
    {
        var table = _fixture.Open(new DeltaLogOptions { CheckpointInterval = 2 });
        var metadata = TableFixture.Metadata with { Configuration = Map("delta.checkpointInterval", "3") };
        var snapshot = await _fixture.CommitAsync(null, TableFixture.Creation() with { Metadata = metadata });
        var due = new List<long>();
        for (var i = 0; i < 9; i++)
        {
            // The snapshot that maintenance returns is not needed for this.
            snapshot = await _fixture.CommitAsync(snapshot, TableFixture.Write(TableFixture.Named($"{i}")));
            if ((await table.MaintainAsync(snapshot, TableFixture.Token)).Checkpointed)
            {
                due.Add(snapshot.Version);
            }
        }

        Assert.Equal([3, 6, 9], due);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":")]
    [InlineData("[]")]
    [InlineData("{\"version\":\"two\"}")]
    [InlineData("{\"version\":1,\"size\":1}")]
    [InlineData("{\"version\":99,\"size\":1}")]
    [InlineData("{\"version\":-5,\"size\":1}")]
    public async Task A_wrong_hint_changes_nothing(string hint)
    {
        var written = await CreateFullAsync();
        await TableFixture.CheckpointAsync(_fixture.Open(_often), written);
        written = await _fixture.CommitAsync(written, TableFixture.Write(In("after", "x")));
        _fixture.WriteLog("_last_checkpoint", hint);

        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    [Fact]
    public async Task A_checkpoint_that_cant_be_read_is_passed_over_for_an_older_one()
    {
        var table = _fixture.Open(_often);
        var older = await CreateFullAsync();
        await TableFixture.CheckpointAsync(table, older);
        File.Delete(_fixture.CommitPath(0));
        var newer = await _fixture.CommitAsync(older, TableFixture.Write(In("1a", "x")));
        newer = await _fixture.CommitAsync(newer, TableFixture.Write(In("2a", "x")));
        await TableFixture.CheckpointAsync(table, newer);
        File.WriteAllText(_fixture.CheckpointPath(newer.Version), "PAR1 and then nothing");

        Assert.Equal(SnapshotText.Of(newer), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    [Fact]
    public async Task A_checkpoint_in_parts_is_read_when_all_of_them_are_there()
    {
        var written = await CreateFullAsync();
        await TableFixture.CheckpointAsync(_fixture.Open(_often), written);
        var whole = _fixture.CheckpointPath(written.Version);
        Split(whole, "add IS NULL", written.Version, 1);
        Split(whole, "add IS NOT NULL", written.Version, 2);
        File.Delete(whole);
        var commits = DeleteCommits();

        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));

        File.Delete(PartPath(written.Version, 2));
        Restore(commits);
        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    [Fact]
    public async Task Statistics_that_a_checkpoint_holds_in_columns_give_the_rows()
    {
        var written = await CreateFullAsync();
        await TableFixture.CheckpointAsync(_fixture.Open(_often), written);
        var path = _fixture.CheckpointPath(written.Version);
        Rewrite(
            path,
            $"""
            SELECT * REPLACE (CASE WHEN add IS NOT NULL THEN struct_pack(path := add.path, partitionValues := add.partitionValues,
                size := add.size, modificationTime := add.modificationTime, dataChange := add.dataChange,
                stats_parsed := struct_pack(numRecords := 3::BIGINT, minValues := struct_pack(id := 1))) END AS add)
            FROM '{path}'
            """);
        DeleteCommits();

        var read = await _fixture.ReadAsync();

        Assert.Equal(written.Files.Count * 3, read.Rows);
        Assert.Empty(read.Files.Values.First().Stats!.ReadColumns());
    }

    [Fact]
    public async Task Tombstones_leave_with_their_retention()
    {
        var first = await _fixture.CommitAsync(null, TableFixture.Creation(TableFixture.Named("0"), TableFixture.Named("1")));
        var now = _fixture.Time.GetUtcNow();
        var old = TableFixture.Write() with { Removes = [RemoveFile.Of(first.Files["0"], now.AddDays(-8))] };
        var young = TableFixture.Write() with { Removes = [RemoveFile.Of(first.Files["1"], now.AddDays(-6))] };
        var third = await _fixture.CommitAsync(await _fixture.CommitAsync(first, old), young);

        var maintained = await TableFixture.CheckpointAsync(_fixture.Open(_often), third);
        DeleteCommits();

        Assert.Equal(["1"], maintained.Tombstones.Keys);
        Assert.Equal(["1"], (await _fixture.ReadAsync()).Tombstones.Keys);
    }

    [Fact]
    public async Task Trouble_with_a_checkpoint_is_told_and_the_table_goes_on()
    {
        var written = await CreateFullAsync();
        var store = new UnsureStore(_fixture.Store) { BeforePut = _ => throw UnsureStore.LostAnswer };

        var result = await _fixture.Open(_often, store).MaintainAsync(written, TableFixture.Token);

        Assert.Equal((false, true), (result.Checkpointed, result.Trouble is not null));
        Assert.Same(written, result.Snapshot);
        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    // Everything that a table of this library can have.
    private async Task<Snapshot> CreateFullAsync()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(_fixture.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var metadata = TableFixture.Metadata with
        {
            Name = "name",
            Description = "a \"description\" – ü",
            SchemaString = new DeltaSchema(
                [
                    new DeltaField("id", new PrimitiveType("long")),
                    new DeltaField("p", new PrimitiveType("string"), true, """{"a":[1]}"""),
                    new DeltaField("t", new PrimitiveType("timestamp_ntz")),
                ]).ToJson(),
            PartitionColumns = ["p"],
            Configuration = Map("some.property", "value"),
            CreatedTime = now,
        };
        var first = await _fixture.CommitAsync(null, TableFixture.Creation(In("a b%20c", "ü\"\\"), In("null", null)) with
        {
            Protocol = DeltaProtocol.WithTimestampNtz,
            Metadata = metadata,
            Transactions = [new("app", 7, now), new("other", 1)],
        });
        var second = await _fixture.CommitAsync(first, TableFixture.Write(In("tags", "") with { Tags = Map("k", null) }));
        return await _fixture.CommitAsync(second, TableFixture.Write() with { Removes = [RemoveFile.Of(second.Files["null"], now)] });
    }

    private static AddFile In(string path, string? partition) => TableFixture.Named(path, 4) with { PartitionValues = Map("p", partition) };

    private static Dictionary<string, string?> Map(string name, string? value) => new() { [name] = value };

    private Dictionary<string, byte[]> DeleteCommits()
    {
        var commits = Directory.EnumerateFiles(_fixture.LogPath(""), "*.json").ToDictionary(f => f, File.ReadAllBytes);
        commits.Keys.ToList().ForEach(File.Delete);
        return commits;
    }

    private static void Restore(Dictionary<string, byte[]> files) => files.ToList().ForEach(f => File.WriteAllBytes(f.Key, f.Value));

    private string PartPath(long version, int part) => _fixture.LogPath($"{version:D20}.checkpoint.{part:D10}.0000000002.parquet");

    private void Split(string whole, string where, long version, int part) =>
        _fixture.Parquet.Write(Path.GetRelativePath(_fixture.Directory, PartPath(version, part)), $"SELECT * FROM '{whole}' WHERE {where}");

    private void Rewrite(string path, string select)
    {
        var other = _fixture.Parquet.Write("other.parquet", select);
        File.Move(other, path, overwrite: true);
    }
}
