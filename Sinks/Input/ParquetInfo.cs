namespace OrleansBatch.Sinks.Input;

/// <summary>What a Parquet file's footer says.</summary>
/// <param name="Path">The file, as it was named by the caller.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Bytes">The size of the file in bytes.</param>
/// <param name="Columns">The number of columns.</param>
public sealed record ParquetInfo(string Path, long Rows, long Bytes, int Columns);
