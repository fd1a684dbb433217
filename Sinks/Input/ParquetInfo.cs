namespace OrleansBatch.Sinks.Input;

/// <summary>A summary of a Parquet file's footer.</summary>
/// <param name="Path">The file, as the caller named it.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Bytes">The size of the file in bytes.</param>
/// <param name="Columns">The number of columns.</param>
public sealed record ParquetInfo(string Path, long Rows, long Bytes, int Columns);
