using System.Globalization;
using System.Runtime.InteropServices;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Bench.Work;

// The least that a durable commit of a file costs. DuckDB writes the rows, and the file is made durable with an entry beside it.
// The entry gets its name by a link, so that one writer alone can get it.
internal static partial class BareCommits
{
    private const int MemoryMegabytes = 512;

    private static readonly byte[] _entry = new byte[600];

    // Returns seconds.
    public static double Run(IReadOnlyList<string> files, int batches, string directory, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        using var duckDb = new DuckDbSession(MemoryMegabytes, threads: 1);
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < batches; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{i:D20}");
            Copy(duckDb, files[i % files.Count], Path.Combine(directory, $"{name}.parquet"), ct);
            Enter(directory, name);
        }

        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Directory.Delete(directory, recursive: true);
        return seconds;
    }

    // Copies each file to a durable Parquet file, one after the other. Returns seconds.
    public static double CopyAll(IReadOnlyList<string> files, string directory, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        using var duckDb = new DuckDbSession(MemoryMegabytes, threads: 1);
        var start = TimeProvider.System.GetTimestamp();
        foreach (var file in files)
        {
            Copy(duckDb, file, Path.Combine(directory, Path.GetFileName(file)), ct);
        }

        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Directory.Delete(directory, recursive: true);
        return seconds;
    }

    // Makes a durable Parquet file of the rows of another one.
    private static void Copy(DuckDbSession duckDb, string from, string to, CancellationToken ct)
    {
        duckDb.Execute(
            SqlText.Of($"""
                COPY (SELECT * FROM read_parquet({SqlText.Literal(from)}))
                TO {SqlText.Literal(to)} (FORMAT parquet, COMPRESSION zstd)
                """),
            ct);
        using var file = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    private static void Enter(string directory, string name)
    {
        var draft = Path.Combine(directory, ".draft");
        using (var file = File.OpenHandle(draft, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, _entry, 0);
            RandomAccess.FlushToDisk(file);
        }

        if (Link(draft, Path.Combine(directory, $"{name}.json")) != 0)
        {
            throw new IOException($"link(2) failed in {directory}.");
        }

        File.Delete(draft);
        var handle = Open(directory, 0);
        _ = Fsync(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
