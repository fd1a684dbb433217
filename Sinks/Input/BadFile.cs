using DuckDB.NET.Data;

namespace OrleansBatch.Sinks.Input;

// The sentences for a file that can't be read. DuckDB's own words go with the exception, not into what people see.
internal static class BadFile
{
    public const string WriteAgain = "write it again under a new name and enqueue that";

    public static string Footer(string path) => $"{path} is damaged: its Parquet footer can't be read; {WriteAgain}.";

    public static string Rows(string path) => $"{path} is damaged: its rows can't be decoded; {WriteAgain}.";

    // Trouble of DuckDB or of the machine, which says nothing about the file.
    public static bool IsOtherTrouble(DuckDBException error) =>
        error.Message.StartsWith("Out of Memory Error", StringComparison.Ordinal)
        || error.Message.StartsWith("FATAL Error", StringComparison.Ordinal)
        || error.Message.StartsWith("INTERNAL Error", StringComparison.Ordinal)
        || error.Message.Contains("Permission denied", StringComparison.Ordinal)
        || error.Message.Contains("Too many open files", StringComparison.Ordinal);
}
