using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

/// <summary>Looks at Parquet files without reading their rows.</summary>
public static class ParquetFile
{
    private const int MemoryMegabytes = 256;

    /// <summary>Reads a file's footer, and judges it as a sink will.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PermanentBatchException">
    /// The file is missing, damaged, encrypted or not supported, as far as its footer shows. The message names the fault and the remedy.
    /// </exception>
    public static ParquetInfo Inspect(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new PermanentBatchException("No path was given; name a Parquet file.");
        }

        using var file = ParquetShape.Open(path, Path.GetFullPath(path));
        try
        {
            using var session = new DuckDbSession(MemoryMegabytes, threads: 1);
            var schema = InputFile.Inspect(session, file);
            return new ParquetInfo(path, schema.RowCount, file.Length, schema.Columns.Count);
        }
        catch (DuckDBException error)
        {
            throw new IOException($"{path} can't be looked at now: {DuckDbError.FirstLine(error)}", error);
        }
    }
}
