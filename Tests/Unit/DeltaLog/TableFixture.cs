using System.Text;
using System.Text.Json;

using Microsoft.Extensions.Time.Testing;

using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// A table of one column in a directory of its own, and a clock that begins with the system's.
internal sealed class TableFixture : IDisposable
{
    public TableFixture()
    {
        Store = new DirectoryStore(Parquet.Directory);
        Table = Open();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static DeltaMetadata Metadata { get; } = new()
    {
        Id = "2b0c7d5e-6c4f-4a33-9a55-0d6c6c6a7a11",
        SchemaString = new DeltaSchema([new DeltaField("id", new PrimitiveType("long"))]).ToJson(),
    };

    public ParquetFixture Parquet { get; } = new();

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public DirectoryStore Store { get; }

    public DeltaTable Table { get; }

    public string Directory => Parquet.Directory;

    public DeltaTable Open(DeltaLogOptions? options = null, IObjectStore? store = null) => new(store ?? Store, options ?? new(), Time);

    // The first commit, with the files given.
    public static Commit Creation(params AddFile[] adds) =>
        new() { Info = new("CREATE TABLE"), Protocol = DeltaProtocol.Plain, Metadata = Metadata, Adds = adds };

    public static Commit Write(params AddFile[] adds) => new() { Info = new("WRITE"), Adds = adds };

    // A file that the log names and nobody has written.
    public static AddFile Named(string path, long rows = 1) => new()
    {
        Path = path,
        Size = 10,
        ModificationTime = DateTimeOffset.UnixEpoch,
        Stats = FileStats.Create(rows, []),
    };

    // A real file with the numbers from one to another.
    public AddFile Numbers(long first, long last)
    {
        var name = $"part-{Guid.NewGuid():D}.parquet";
        var path = Parquet.Write(name, $"SELECT unnest(range({first}, {last + 1}))::BIGINT AS id");
        var stats = new ColumnStats(JsonSerializer.SerializeToElement(first), JsonSerializer.SerializeToElement(last), 0);
        return new AddFile
        {
            Path = name,
            Size = new FileInfo(path).Length,
            ModificationTime = Time.GetUtcNow(),
            Stats = FileStats.Create(last - first + 1, [KeyValuePair.Create("id", stats)]),
        };
    }

    public async Task<Snapshot> CommitAsync(Snapshot? read, Commit commit, DeltaTable? table = null)
    {
        var outcome = await (table ?? Table).TryCommitAsync(read, commit, Token);
        Assert.True(outcome.IsCommitted, "Another commit has the version.");
        return outcome.Snapshot;
    }

    // A table with a commit for each number, which adds the file of that name.
    public async Task<Snapshot> CreateAsync(int commits)
    {
        var snapshot = await CommitAsync(null, Creation(Named("0")));
        for (var i = 1; i < commits; i++)
        {
            snapshot = await CommitAsync(snapshot, Write(Named($"{i}")));
        }

        return snapshot;
    }

    public async Task<Snapshot> ReadAsync()
    {
        var snapshot = await Open().ReadAsync(null, Token);
        Assert.NotNull(snapshot);
        return snapshot;
    }

    public static async Task<Snapshot> CheckpointAsync(DeltaTable table, Snapshot snapshot)
    {
        var result = await table.MaintainAsync(snapshot, Token);
        Assert.Null(result.Trouble);
        Assert.True(result.Checkpointed, $"No checkpoint was due at version {snapshot.Version}.");
        return result.Snapshot;
    }

    // Writes a file of the log as another program does.
    public void WriteLog(string name, string text)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "_delta_log"));
        File.WriteAllText(LogPath(name), text, new UTF8Encoding(false));
    }

    public string LogPath(string name) => Path.Combine(Directory, "_delta_log", name);

    public string CommitPath(long version) => LogPath($"{version:D20}.json");

    public string CheckpointPath(long version) => LogPath($"{version:D20}.checkpoint.parquet");

    public void Dispose() => Parquet.Dispose();
}
