using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// What commits, replay and checkpoints do with vectors. A file is told by its path and its vector.
public sealed class VectorCommitTests : IDisposable
{
    private static readonly DeltaProtocol _protocol = new(3, 7, [DeletionVector.Feature], [DeletionVector.Feature]);

    private static readonly DeltaMetadata _metadata = TableFixture.Metadata with
    {
        Configuration = new Dictionary<string, string?> { [DeletionVector.EnablingProperty] = "true" },
    };

    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("no removal", "is in the table")]
    [InlineData("the same vector", "more rows marked")]
    [InlineData("fewer rows", "more rows marked")]
    [InlineData("no vector", "more rows marked")]
    [InlineData("tight bounds", "wide bounds")]
    [InlineData("no count", "wide bounds")]
    [InlineData("all rows", "wide bounds")]
    [InlineData("an old removal", "is in the table")]
    [InlineData("no property", "the property delta.enableDeletionVectors")]
    [InlineData("no feature", "the feature deletionVectors")]
    public async Task A_commit_that_breaks_a_rule_of_vectors_is_not_written(string what, string said)
    {
        var snapshot = await CreateAsync();
        var present = snapshot.Files["0"];
        var more = Marked(present, 3);
        var commit = Replace(present, what switch
        {
            "the same vector" => present,
            "fewer rows" => Marked(present, 1),
            "no vector" => present with { DeletionVector = null },
            "tight bounds" => more with { Stats = FileStats.Create(10, []) },
            "no count" => more with { Stats = null },
            "all rows" => Marked(present, 10),
            _ => more,
        });
        commit = what switch
        {
            "no removal" => commit with { Removes = [] },
            "an old removal" => commit with { Removes = [RemoveFile.Of(present with { DeletionVector = null }, DateTimeOffset.UnixEpoch)] },
            "no property" => commit with { Metadata = TableFixture.Metadata },
            "no feature" => commit with { Protocol = DeltaProtocol.Plain },
            _ => commit,
        };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => _fixture.Table.TryCommitAsync(snapshot, commit, TableFixture.Token));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.CommitPath(2)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_removal_of_an_old_vector_leaves_the_new_one_whatever_comes_first(bool addFirst)
    {
        var snapshot = await CreateAsync();
        var after = await _fixture.CommitAsync(snapshot, Replace(snapshot.Files["0"], Marked(snapshot.Files["0"], 3)));
        var lines = await File.ReadAllLinesAsync(_fixture.CommitPath(2), TableFixture.Token);
        var ordered = lines.OrderBy(l => l.StartsWith("{\"add\"", StringComparison.Ordinal) != addFirst);
        await File.WriteAllLinesAsync(_fixture.CommitPath(2), ordered, TableFixture.Token);

        var read = await _fixture.ReadAsync();

        Assert.Equal(SnapshotText.Of(after), SnapshotText.Of(read));
        Assert.Equal(3, Assert.Single(read.Files.Values).DeletionVector!.Cardinality);
        Assert.Equal([null, 2L], read.Tombstones.Values.Select(t => t.DeletionVector?.Cardinality).Order());
        Assert.Equal(7, read.Rows);
    }

    [Fact]
    public async Task A_checkpoint_keeps_the_vectors_of_files_and_of_removed_files()
    {
        var file = _fixture.Numbers(0, 99);
        var snapshot = await _fixture.CommitAsync(
            null, TableFixture.Creation(file) with { Protocol = _protocol, Metadata = _metadata });
        for (var rows = 1; rows <= 3; rows++)
        {
            var before = snapshot.Files[file.Path];
            snapshot = await _fixture.CommitAsync(snapshot, Replace(before, await MarkAsync(before, rows)));
        }

        await _fixture.Table.CheckpointAsync(snapshot, TableFixture.Token);
        for (var version = 0; version < 3; version++)
        {
            File.Delete(_fixture.CommitPath(version));
        }

        Assert.Equal(SnapshotText.Of(snapshot), SnapshotText.Of(await _fixture.ReadAsync()));
        Assert.Equal(3, (await _fixture.ReadAsync()).Tombstones.Count);
        Assert.Equal("97\t3", await DeltaReader.OnDisk(_fixture.Directory).SelectAsync("count(), min(id)"));
    }

    private async Task<Snapshot> CreateAsync()
    {
        var file = TableFixture.Named("0", rows: 10);
        var creation = TableFixture.Creation(file) with { Protocol = _protocol, Metadata = _metadata };
        var snapshot = await _fixture.CommitAsync(null, creation);
        return await _fixture.CommitAsync(snapshot, Replace(snapshot.Files["0"], Marked(file, 2)));
    }

    private static Commit Replace(AddFile before, AddFile after) =>
        TableFixture.Write(after) with { Removes = [RemoveFile.Of(before, DateTimeOffset.UtcNow)] };

    private static AddFile Marked(AddFile file, long rows) => file with
    {
        DeletionVector = new DeletionVector("u", $"0123456789012345678{rows % 10}", 1, 40, rows),
        Stats = file.Stats!.WithWideBounds(),
    };

    private async Task<AddFile> MarkAsync(AddFile file, long rows)
    {
        using var marked = MarkedRows.Of(Enumerable.Range(0, (int)rows).Select(r => (long)r));
        var (_, vectors) = await new VectorFiles(_fixture.Store).WriteAsync([marked], TableFixture.Token);
        return file with { DeletionVector = vectors[0], Stats = file.Stats!.WithWideBounds() };
    }
}
