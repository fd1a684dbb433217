using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// A file is told by its path and its vector.
public sealed class VectorReplayTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_removal_of_an_old_vector_leaves_the_new_one_whatever_comes_first(bool addFirst)
    {
        var snapshot = await MarkedFiles.CreateAsync(_fixture);
        var before = snapshot.Files["0"];
        var after = await _fixture.CommitAsync(snapshot, MarkedFiles.Replace(before, MarkedFiles.Marked(before, 3)));
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
            null, TableFixture.Creation(file) with { Protocol = MarkedFiles.Protocol, Metadata = MarkedFiles.Metadata });
        for (var rows = 1; rows <= 3; rows++)
        {
            var before = snapshot.Files[file.Path];
            var marked = await MarkedFiles.MarkAsync(_fixture, before, rows);
            snapshot = await _fixture.CommitAsync(snapshot, MarkedFiles.Replace(before, marked));
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
}
