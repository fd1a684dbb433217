using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Vectors;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// Tables with vectors, for tests of their log.
internal static class MarkedFiles
{
    public static DeltaProtocol Protocol { get; } = new(3, 7, [DeletionVector.Feature], [DeletionVector.Feature]);

    public static DeltaMetadata Metadata { get; } = TableFixture.Metadata with
    {
        Configuration = new Dictionary<string, string?> { [DeletionVector.EnablingProperty] = "true" },
    };

    // A table with one file of ten rows, of which two are marked by a vector that nobody wrote.
    public static async Task<Snapshot> CreateAsync(TableFixture fixture)
    {
        var file = TableFixture.Named("0", rows: 10);
        var creation = TableFixture.Creation(file) with { Protocol = Protocol, Metadata = Metadata };
        var snapshot = await fixture.CommitAsync(null, creation);
        return await fixture.CommitAsync(snapshot, Replace(snapshot.Files["0"], Marked(file, 2)));
    }

    public static Commit Replace(AddFile before, AddFile after) =>
        TableFixture.Write(after) with { Removes = [RemoveFile.Of(before, DateTimeOffset.UtcNow)] };

    public static AddFile Marked(AddFile file, long rows) => file with
    {
        DeletionVector = new DeletionVector("u", $"0123456789012345678{rows % 10}", 1, 40, rows),
        Stats = file.Stats!.WithWideBounds(),
    };

    // The file with its first rows marked, by a real vector.
    public static async Task<AddFile> MarkAsync(TableFixture fixture, AddFile file, long rows)
    {
        using var marked = MarkedRows.Of(Enumerable.Range(0, (int)rows).Select(r => (long)r));
        var (_, vectors) = await new VectorFiles(fixture.Store).WriteAsync([marked], TableFixture.Token);
        return file with { DeletionVector = vectors[0], Stats = file.Stats!.WithWideBounds() };
    }
}
