using Microsoft.Extensions.Time.Testing;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// Vacuum deletes what no version needs any more, and nothing else.
public sealed class VacuumTests : IDisposable
{
    private readonly DeltaFixture _fixture = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly DeltaSink _sink;

    public VacuumTests() => _sink = _fixture.NewSink(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Files_that_were_removed_long_ago_go_and_the_table_can_be_read()
    {
        await UpsertAsync(1);
        await UpsertAsync(2);
        Assert.Equal(2, DataFiles().Count);
        Assert.Equal("0 files were deleted.", (await VacuumAsync()).Done);

        _time.Advance(_fixture.Options.VacuumAge + TimeSpan.FromHours(1));

        Assert.Equal("1 files were deleted.", (await VacuumAsync()).Done);
        Assert.Equal((await _fixture.SnapshotAsync()).Files.Keys, DataFiles());
        Assert.Equal("1,2", await _fixture.RowsAsync());
    }

    // A vacuum that is under way somewhere may be about to delete them.
    [Fact]
    public async Task A_version_whose_files_are_old_enough_for_vacuum_is_not_restored()
    {
        await UpsertAsync(1);
        await UpsertAsync(2);
        _time.Advance(_fixture.Options.VacuumAge + TimeSpan.FromHours(1));

        var error = await Assert.ThrowsAsync<UpkeepRefusedException>(
            () => _fixture.KeepUpAsync(UpkeepTask.Restore, version: 0, sink: _sink));

        Assert.Contains("was removed longer ago than VacuumAge", error.Message, StringComparison.Ordinal);
        Assert.Equal("1,2", await _fixture.RowsAsync());
    }

    // Its rows were removed by a younger version than its age says.
    [Fact]
    public async Task An_old_file_that_was_removed_not_long_ago_stays_for_its_readers()
    {
        await UpsertAsync(1);
        _time.Advance(_fixture.Options.VacuumAge + TimeSpan.FromHours(1));
        await UpsertAsync(2);

        Assert.Equal("0 files were deleted.", (await VacuumAsync()).Done);

        Assert.Equal(2, DataFiles().Count);
    }

    [Fact]
    public async Task What_a_lost_writer_left_goes_once_it_is_old_and_what_is_hidden_stays()
    {
        await UpsertAsync(1);
        Leave("part-left.parquet", age: TimeSpan.FromDays(8));
        Leave("part-young.parquet", age: TimeSpan.FromDays(6));
        Leave("_notes.txt", age: TimeSpan.FromDays(80));
        Leave(".hidden/notes.parquet", age: TimeSpan.FromDays(80));

        Assert.Equal("1 files were deleted.", (await VacuumAsync()).Done);

        Assert.False(File.Exists(Path.Combine(_fixture.TableDirectory, "part-left.parquet")));
        Assert.True(File.Exists(Path.Combine(_fixture.TableDirectory, "part-young.parquet")));
        Assert.True(File.Exists(Path.Combine(_fixture.TableDirectory, "_notes.txt")));
        Assert.True(File.Exists(Path.Combine(_fixture.TableDirectory, ".hidden/notes.parquet")));
    }

    // The log must know of the removal for as long, whatever checkpoints it gets.
    [Fact]
    public async Task Readers_have_as_long_as_the_age_says_when_it_is_longer_than_the_log_would_keep_removals()
    {
        _fixture.Options.VacuumAge = TimeSpan.FromDays(30);
        _fixture.Options.CheckpointInterval = 1;
        var sink = _fixture.NewSink(_time);
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.Incremental, "id"), sink: sink);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 1 AS id", SyncType.Incremental, "id"), sink: sink);
        _time.Advance(TimeSpan.FromDays(10));
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 3 AS id", SyncType.Incremental, "id"), sink: sink);
        foreach (var file in DataFiles())
        {
            File.SetLastWriteTimeUtc(Path.Combine(_fixture.TableDirectory, file), (_time.GetUtcNow() - TimeSpan.FromDays(40)).UtcDateTime);
        }

        Assert.Equal("0 files were deleted.", (await _fixture.KeepUpAsync(UpkeepTask.Vacuum, sink: _fixture.NewSink(_time))).Done);
    }

    [Fact]
    public async Task A_refresh_that_takes_longer_than_the_age_keeps_its_files()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id", SyncType.FullRefresh), sink: _sink);
        await _fixture.ApplyAsync(_fixture.BatchOf(2, "SELECT 2 AS id", SyncType.FullRefresh), sink: _sink);
        _time.Advance(_fixture.Options.VacuumAge + TimeSpan.FromHours(1));

        Assert.Equal("There is no table.", (await VacuumAsync()).Done);
        await _sink.EndRunAsync(TestBatch.End(_fixture.Group, _fixture.Run, RunEnd.Sealed, 2), Ct);
        Assert.Equal("0 files were deleted.", (await VacuumAsync()).Done);

        Assert.Equal("1 2", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task Vacuum_is_due_when_what_was_removed_is_old_enough_and_once_for_that()
    {
        await UpsertAsync(1);
        Assert.Null(_sink.UpkeepDueAt(_fixture.Group));
        await UpsertAsync(2);
        var due = _sink.UpkeepDueAt(_fixture.Group)!.Value;
        Assert.Equal(_time.GetUtcNow() + _fixture.Options.VacuumAge, due, TimeSpan.FromSeconds(1));
        Assert.True((await KeepUpAsync(UpkeepTask.Due)).IsDone);
        Assert.Equal(2, DataFiles().Count);

        _time.Advance(_fixture.Options.VacuumAge + TimeSpan.FromHours(1));
        await KeepUpAsync(UpkeepTask.Due);

        Assert.Single(DataFiles());
        Assert.Null(_sink.UpkeepDueAt(_fixture.Group));
        Assert.Null(_fixture.NewSink(_time).UpkeepDueAt(_fixture.Group));
    }

    // The lost owner may have written a file that its commit did not get to name.
    [Fact]
    public async Task A_successor_s_token_makes_vacuum_due()
    {
        await UpsertAsync(1);
        await _fixture.FenceAsync(2, epoch: 2, sink: _sink);

        Assert.Equal(
            _time.GetUtcNow() + _fixture.Options.VacuumAge, _sink.UpkeepDueAt(_fixture.Group)!.Value, TimeSpan.FromSeconds(2));
    }

    private Task<BatchResult> UpsertAsync(int seq) =>
        _fixture.ApplyAsync(_fixture.BatchOf(seq, $"SELECT 1 AS id, {seq} AS version", SyncType.Incremental, "id"), sink: _sink);

    private Task<UpkeepResult> VacuumAsync() => KeepUpAsync(UpkeepTask.Vacuum);

    private Task<UpkeepResult> KeepUpAsync(UpkeepTask task) => _fixture.KeepUpAsync(task, sink: _sink);

    private List<string> DataFiles() =>
        [.. Directory.GetFiles(_fixture.TableDirectory, "part-*").Select(f => Path.GetFileName(f))];

    private void Leave(string name, TimeSpan age)
    {
        var path = Path.Combine(_fixture.TableDirectory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "left");
        File.SetLastWriteTimeUtc(path, (_time.GetUtcNow() - age).UtcDateTime);
    }
}
