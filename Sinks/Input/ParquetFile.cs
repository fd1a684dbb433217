using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

/// <summary>Looks at Parquet files without reading their rows.</summary>
public static class ParquetFile
{
    private const int MemoryMegabytes = 256;

    /// <summary>Reads a file's footer.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PermanentBatchException">The file is missing, truncated or not Parquet; the message says which.</exception>
    public static ParquetInfo Inspect(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new PermanentBatchException("No path was given; name a Parquet file.");
        }

        var file = Path.GetFullPath(path);
        var bytes = ParquetShape.Check(path, file);
        try
        {
            using var session = new DuckDbSession(MemoryMegabytes, threads: 1);
            var name = SqlText.Literal(ParquetSource.Literally(file));
            var rows = session.Number(SqlText.Of($"SELECT num_rows FROM parquet_file_metadata({name})"), CancellationToken.None);
            var columns = TableColumns.Of(session, ParquetSource.Of(file), CancellationToken.None);
            return new ParquetInfo(path, rows, bytes, columns.Count);
        }
        catch (DuckDBException error)
        {
            throw new PermanentBatchException(BadFile.Footer(path), error);
        }
    }
}
