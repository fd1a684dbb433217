using System.Globalization;

using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class CleanupTests : IDisposable
{
    private static readonly DeltaLogOptions _options = new() { CheckpointInterval = 5, LogRetention = TimeSpan.FromDays(2) };

    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task What_is_older_than_the_last_checkpoint_behind_the_retention_is_deleted()
    {
        // Checkpoints stand at 5 and 10. Of these, 10 is the last one behind the retention, and 11 is old as well.
        var (table, snapshot) = await GrowAsync(null, 12);
        File.WriteAllText(_fixture.LogPath($"{3:D20}.crc"), "{}");
        File.WriteAllText(_fixture.LogPath($"{11:D20}.crc"), "{}");
        _fixture.Time.Advance(TimeSpan.FromDays(3));

        var written = await GrowToCheckpointAsync(table, snapshot);

        Assert.Equal(10, Versions().Min());
        Assert.True(File.Exists(_fixture.CheckpointPath(10)));
        Assert.False(File.Exists(_fixture.CheckpointPath(5)));
        Assert.False(File.Exists(_fixture.LogPath($"{3:D20}.crc")));
        Assert.True(File.Exists(_fixture.LogPath($"{11:D20}.crc")));
        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
        Assert.Equal(11, (await _fixture.Table.ReadAtAsync(10, TableFixture.Token))!.Files.Count);
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.ReadAtAsync(9, TableFixture.Token));
        Assert.Equal(DeltaLogTrouble.NoSuchVersion, error.Trouble);
    }

    [Fact]
    public async Task Nothing_young_is_deleted()
    {
        var (table, snapshot) = await GrowAsync(null, 12);
        _fixture.Time.Advance(TimeSpan.FromDays(1));

        await GrowToCheckpointAsync(table, snapshot);

        Assert.Equal(0, Versions().Min());
    }

    [Theory]
    [InlineData("delta.enableExpiredLogCleanup", "false")]
    [InlineData("delta.logRetentionDuration", "interval 4 weeks")]
    [InlineData("delta.logRetentionDuration", "as long as you like")]
    public async Task The_tables_own_property_goes_before_the_setting(string property, string value)
    {
        var (table, snapshot) = await GrowAsync((property, value), 12);
        _fixture.Time.Advance(TimeSpan.FromDays(3));

        await GrowToCheckpointAsync(table, snapshot);

        Assert.Equal(0, Versions().Min());
    }

    [Fact]
    public async Task A_snapshot_from_before_the_cleanup_is_read_anew()
    {
        var (table, snapshot) = await GrowAsync(null, 12);
        var known = await _fixture.Table.ReadAtAsync(4, TableFixture.Token);
        _fixture.Time.Advance(TimeSpan.FromDays(3));
        var written = await GrowToCheckpointAsync(table, snapshot);

        var read = await _fixture.Table.ReadAsync(known, TableFixture.Token);

        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(read!));
    }

    [Fact]
    public async Task A_writer_that_slept_through_the_cleanup_has_not_committed()
    {
        var (table, snapshot) = await GrowAsync(null, 12);
        var sleeper = _fixture.Open(_options);
        var known = await sleeper.ReadAtAsync(4, TableFixture.Token);
        _fixture.Time.Advance(TimeSpan.FromDays(3));
        await GrowToCheckpointAsync(table, snapshot);

        var outcome = await sleeper.TryCommitAsync(known, TableFixture.Write(TableFixture.Named("late")), TableFixture.Token);

        Assert.False(outcome.IsCommitted);
        Assert.DoesNotContain("late", (await _fixture.ReadAsync()).Files.Keys);
    }

    [Fact]
    public async Task A_writer_that_saw_no_table_does_not_write_its_first_version_behind_a_cleanup()
    {
        var (table, snapshot) = await GrowAsync(null, 12);
        _fixture.Time.Advance(TimeSpan.FromDays(3));
        await GrowToCheckpointAsync(table, snapshot);

        Assert.False((await _fixture.Table.TryCommitAsync(null, TableFixture.Creation(), TableFixture.Token)).IsCommitted);
    }

    [Fact]
    public async Task A_writer_that_slept_while_nothing_happened_commits()
    {
        var (table, snapshot) = await GrowAsync(null, 6);
        _fixture.Time.Advance(TimeSpan.FromDays(3));

        Assert.True((await table.TryCommitAsync(snapshot, TableFixture.Write(), TableFixture.Token)).IsCommitted);
    }

    private async Task<(DeltaTable Table, Snapshot Snapshot)> GrowAsync((string Name, string Value)? property, int commits)
    {
        var table = _fixture.Open(_options);
        Snapshot? snapshot = null;
        for (var i = 0; i < commits; i++)
        {
            var commit = snapshot is null ? Creation(property) : TableFixture.Write(TableFixture.Named($"{i}"));
            snapshot = (await table.MaintainAsync(await _fixture.CommitAsync(snapshot, commit), TableFixture.Token)).Snapshot;
        }

        return (table, snapshot!);
    }

    private static Commit Creation((string Name, string Value)? property) => property is not { } given
        ? TableFixture.Creation(TableFixture.Named("0"))
        : TableFixture.Creation(TableFixture.Named("0")) with
        {
            Metadata = TableFixture.Metadata with { Configuration = new Dictionary<string, string?> { [given.Name] = given.Value } },
        };

    // The commits are as young as the new time, and the checkpoint at their end is followed by a cleanup.
    private async Task<Snapshot> GrowToCheckpointAsync(DeltaTable table, Snapshot snapshot)
    {
        for (var i = 0; i < 5; i++)
        {
            snapshot = await _fixture.CommitAsync(snapshot, TableFixture.Write(TableFixture.Named($"young {i}")), table);
            File.SetLastWriteTimeUtc(_fixture.CommitPath(snapshot.Version), _fixture.Time.GetUtcNow().UtcDateTime);
            snapshot = (await table.MaintainAsync(snapshot, TableFixture.Token)).Snapshot;
        }

        return snapshot;
    }

    private List<long> Versions() =>
    [
        .. from path in Directory.EnumerateFiles(_fixture.LogPath(""))
           let name = Path.GetFileName(path)
           where char.IsAsciiDigit(name[0])
           select long.Parse(name[..20], CultureInfo.InvariantCulture),
    ];
}
