using OrleansBatch.Silo;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Engine;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace OrleansBatch.Bench.Work;

// One big Parquet file, cut into smaller files in its order.
internal static class FlightFiles
{
    private const int MemoryMegabytes = 2048;

    public static void Require(string file)
    {
        if (!File.Exists(file))
        {
            throw new StartupException($"{Path.GetFullPath(file)} does not exist: name a Parquet file with --file.", ExitCodes.BadInput);
        }
    }

    // DuckDB writes no checksums, so another library rewrites the file.
    public static async Task AddChecksumsAsync(string file, string target, int most, CancellationToken ct)
    {
        using var reader = new FileReader(file);
        using var properties = new WriterPropertiesBuilder().Compression(Compression.Zstd).EnablePageChecksum().Build();
        using var writer = new FileWriter(target, reader.Schema, properties);
        using var batches = reader.GetRecordBatchReader();
        var rows = 0;
        while (rows < most && await batches.ReadNextRecordBatchAsync(ct) is { } batch)
        {
            rows += batch.Length;
            using (batch)
            {
                writer.WriteRecordBatch(batch);
            }
        }

        writer.Close();
    }

    public static IReadOnlyList<string> Split(string file, string directory, int rows, int most, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        using var duckDb = new DuckDbSession(MemoryMegabytes, threads: 1);
        var source = SqlText.Literal(Path.GetFullPath(file));
        duckDb.Execute(
            SqlText.Of($"CREATE TABLE flights AS SELECT * FROM read_parquet({source}) LIMIT {SqlText.Number((long)rows * most)}"), ct);
        var total = duckDb.Number(SqlText.Of($"SELECT count(*) FROM flights"), ct);
        var files = new List<string>();
        for (long begin = 0; begin < total; begin += rows)
        {
            var path = Path.Combine(directory, $"flights-{files.Count:00000}.parquet");
            var (from, to) = (SqlText.Number(begin), SqlText.Number(begin + rows));
            var cut = SqlText.Of($"SELECT * FROM flights WHERE rowid >= {from} AND rowid < {to}");
            duckDb.Execute(SqlText.Of($"COPY ({cut}) TO {SqlText.Literal(path)} (FORMAT parquet)"), ct);
            files.Add(path);
        }

        return files;
    }

    // DuckDB works alone here, with the bounds of the sink: each file is inserted in a transaction of its own. Returns seconds.
    public static double Insert(IReadOnlyList<string> files, string target, DuckDbSinkOptions options, CancellationToken ct)
    {
        using var duckDb = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
        duckDb.Execute(SqlText.Of($"ATTACH {SqlText.Literal(target)} AS lake"), ct);
        var start = TimeProvider.System.GetTimestamp();
        duckDb.Execute(SqlText.Of($"CREATE TABLE lake.flights AS SELECT * FROM read_parquet({SqlText.Literal(files[0])}) LIMIT 0"), ct);
        foreach (var file in files)
        {
            duckDb.Execute(SqlText.Of($"INSERT INTO lake.flights SELECT * FROM read_parquet({SqlText.Literal(file)})"), ct);
        }

        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
