using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

// A commit with marked rows, before it is there and when another comes first.
public sealed class MarkedCommitTests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_vectors_are_in_the_table_before_the_commit_that_names_them()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        var (vectors, version) = (0, -1L);
        var batch = _fixture.BatchOf("SELECT 1 AS id");

        await _fixture.Delta.Sink.ApplyAsync(
            TestBatch.Call(batch, ensureOwned: async _ =>
            {
                vectors = _fixture.VectorPaths().Length;
                version = (await _fixture.Delta.SnapshotAsync()).Version;
            }),
            Ct);

        Assert.Equal((1, 0L), (vectors, version));
        Assert.Equal(1, (await _fixture.Delta.SnapshotAsync()).Version);
    }

    // The marks are made anew for the table as it is then, which has another vector by now.
    [Fact]
    public async Task A_commit_that_comes_too_late_leaves_no_vector_behind_and_marks_anew()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        var batch = _fixture.BatchOf("SELECT 1 AS id");
        var isFirst = true;

        await _fixture.Delta.Sink.ApplyAsync(TestBatch.Call(batch, ensureOwned: async _ => await ComeFirstAsync()), Ct);

        Assert.Equal(2, _fixture.VectorPaths().Length);
        Assert.Equal([1, 2], await _fixture.PlacesAsync(await _fixture.MarkedAsync()));
        Assert.Equal("999\t999", await _fixture.Delta.Reader.SelectAsync("count(), uniqExact(id)"));

        async Task ComeFirstAsync()
        {
            if (isFirst)
            {
                isFirst = false;
                await DeleteRowAsync(2);
            }
        }
    }

    // As another program does that deletes a row.
    private async Task DeleteRowAsync(long place)
    {
        var store = new DirectoryStore(_fixture.Delta.TableDirectory);
        var table = new DeltaTable(store, new DeltaLogOptions(), TimeProvider.System);
        var snapshot = (await table.ReadAsync(null, Ct))!;
        var file = snapshot.Files.Values.Single();
        using var rows = MarkedRows.Of([place]);
        var (_, vectors) = await new VectorFiles(store).WriteAsync([rows], Ct);
        var commit = new Commit
        {
            Info = new("DELETE"),
            Protocol = new(3, 7, ["deletionVectors"], ["deletionVectors", "appendOnly", "invariants"]),
            Metadata = snapshot.Metadata with
            {
                Configuration = new Dictionary<string, string?>(snapshot.Metadata.Configuration)
                {
                    [DeletionVector.EnablingProperty] = "true",
                },
            },
            Adds = [file with { DeletionVector = vectors[0], Stats = file.Stats!.WithWideBounds() }],
            Removes = [RemoveFile.Of(file, DateTimeOffset.UtcNow)],
        };
        Assert.True((await table.TryCommitAsync(snapshot, commit, Ct)).IsCommitted);
    }
}
