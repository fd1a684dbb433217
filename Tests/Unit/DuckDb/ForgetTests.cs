using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

// A group that is forgotten leaves no file in the lake, and takes nobody else's along.
public sealed class ForgetTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_file_goes_with_all_that_lies_beside_it_and_a_repeated_call_changes_nothing()
    {
        var other = new GroupKey(7, "flights.2");
        await ApplyToAsync(other);
        await ApplyToAsync(new GroupKey(7, "flights"));
        var team = Path.GetDirectoryName(_fixture.LakeFile)!;
        await File.WriteAllTextAsync(_fixture.LakeFile + ".wal", "x", Ct);
        await File.WriteAllTextAsync($"{_fixture.LakeFile}.{Guid.NewGuid():N}.new", "x", Ct);
        Directory.CreateDirectory(_fixture.LakeFile + ".tmp");
        await File.WriteAllTextAsync(Path.Combine(_fixture.LakeFile + ".tmp", "spilt"), "x", Ct);

        await ForgetAsync();
        await ForgetAsync();

        Assert.Equal(["flights.2.duckdb"], Directory.EnumerateFileSystemEntries(team).Select(Path.GetFileName));
        Assert.Equal(2, new Lake(_fixture.Options.LakeDirectory).CountRows(other));
    }

    [Fact]
    public async Task A_file_that_is_open_here_is_closed_first_and_the_group_may_begin_anew_at_seq_1()
    {
        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id");

        await ForgetAsync();
        _fixture.Run = Guid.NewGuid();
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 3 AS id"), epoch: 2);

        Assert.Equal("3", await _fixture.RowsAsync());
    }

    [Fact]
    public async Task A_group_without_a_file_or_without_a_lake_is_forgotten_at_once()
    {
        await ForgetAsync();

        Assert.False(Directory.Exists(_fixture.Options.LakeDirectory));
    }

    // The name in the lake leads to a file elsewhere, which an operator moved to another disk.
    [Fact]
    public async Task A_link_goes_together_with_its_file()
    {
        await ApplyToAsync(_fixture.Group);
        var moved = Path.Combine(_fixture.Parquet.Directory, "moved.duckdb");
        File.Move(_fixture.LakeFile, moved);
        File.CreateSymbolicLink(_fixture.LakeFile, moved);

        await ForgetAsync();

        Assert.False(File.Exists(moved));
        Assert.False(Path.Exists(_fixture.LakeFile));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_fixture.LakeFile)!));
    }

    // A file system that ignores case gives two groups one file; here the file was copied.
    [Fact]
    public async Task A_file_that_holds_another_groups_rows_stays()
    {
        var other = new GroupKey(7, "Flights");
        await ApplyToAsync(other);
        var path = _fixture.LakeFile;
        _fixture.Group = new GroupKey(7, "flights");
        File.Move(path, _fixture.LakeFile);

        var refused = await Assert.ThrowsAsync<SinkNotReadyException>(ForgetAsync);

        Assert.Contains("holds the rows of group 7/Flights", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_fixture.LakeFile));
    }

    [Fact]
    public async Task A_file_that_can_t_be_read_as_a_database_goes_as_well()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.LakeFile)!);
        await File.WriteAllTextAsync(_fixture.LakeFile, "It is no database.", Ct);

        await ForgetAsync();

        Assert.False(File.Exists(_fixture.LakeFile));
    }

    [Fact]
    public async Task A_file_in_use_is_waited_for_and_a_former_owner_removes_nothing()
    {
        await ApplyToAsync(_fixture.Group);
        using (var another = _fixture.NewSink())
        {
            await another.ApplyAsync(TestBatch.Call(_fixture.BatchOf(2, "SELECT 2 AS id"), 1, 1), Ct);
            Assert.Equal(NotReadyCode.Locked, (await Assert.ThrowsAsync<SinkNotReadyException>(ForgetAsync)).Code);
        }

        await Assert.ThrowsAsync<OwnershipLostException>(
            () => _fixture.Sink.ForgetAsync(Call(_ => throw new OwnershipLostException("It has another owner.")), Ct));

        Assert.True(File.Exists(_fixture.LakeFile));
    }

    private async Task ApplyToAsync(GroupKey group)
    {
        _fixture.Group = group;
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "FROM range(2)"));
        await _fixture.Sink.ReleaseAsync(group, Ct);
    }

    private Task ForgetAsync() => _fixture.Sink.ForgetAsync(Call(_ => Task.CompletedTask), Ct);

    private ForgetContext Call(Func<CancellationToken, Task> ensureOwned) => new(ensureOwned)
    {
        Group = _fixture.Group, Attempt = 1, FencingToken = 1, AppliedSeq = 1, Silo = "test",
    };
}
