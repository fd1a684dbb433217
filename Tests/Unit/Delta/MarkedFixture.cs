using System.Text.Json.Nodes;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.Delta;

// A table whose upserts mark rows, and what its log says of them.
internal sealed class MarkedFixture : IDisposable
{
    private long _seq;

    public MarkedFixture() => Delta.Options.DeletionVectors = true;

    public DeltaFixture Delta { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Batch BatchOf(string select, SyncType type = SyncType.Incremental) => Delta.BatchOf(++_seq, select, type, "id");

    public Task<BatchResult> UpsertAsync(string select) => Delta.ApplyAsync(BatchOf(select));

    public Task<BatchResult> AppendAsync(string select) => Delta.ApplyAsync(BatchOf(select, SyncType.Append));

    // The files of the newest version, the oldest first.
    public async Task<List<AddFile>> FilesAsync() =>
        [.. (await Delta.SnapshotAsync()).Files.Values.OrderBy(f => f.ModificationTime).ThenByDescending(f => f.Size)];

    public async Task<AddFile> MarkedAsync() => Assert.Single(await FilesAsync(), f => f.DeletionVector is not null);

    public async Task<List<long>> PlacesAsync(AddFile file)
    {
        using var rows = await new VectorFiles(new DirectoryStore(Delta.TableDirectory)).ReadAsync(file, Ct);
        return [.. rows.Places];
    }

    public string[] VectorPaths() => Directory.GetFiles(Delta.TableDirectory, "*.bin");

    // The actions of the newest commit.
    public async Task<List<JsonNode>> CommitAsync(string action)
    {
        var version = (await Delta.SnapshotAsync()).Version;
        var lines = await File.ReadAllLinesAsync(Path.Combine(Delta.TableDirectory, "_delta_log", $"{version:D20}.json"), Ct);
        return [.. lines.Select(l => JsonNode.Parse(l)![action]).OfType<JsonNode>()];
    }

    public void Dispose() => Delta.Dispose();
}
