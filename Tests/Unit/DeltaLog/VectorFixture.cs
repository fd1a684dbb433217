using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// A directory for files of vectors.
internal sealed class VectorFixture : IDisposable
{
    private readonly TempDirectory _directory = new();

    public DirectoryStore Store => new(_directory.Path);

    public string PathOf(string name) => _directory.Combine(name);

    public async Task<List<long>> ReadAsync(DeletionVector vector, long? rowsOfFile)
    {
        var file = TableFixture.Named("part") with
        {
            DeletionVector = vector,
            Stats = rowsOfFile is { } rows ? FileStats.Create(rows, []) : null,
        };
        using var marked = await new VectorFiles(Store).ReadAsync(file, TableFixture.Token);
        return [.. marked.Places];
    }

    public void Dispose() => _directory.Dispose();
}
