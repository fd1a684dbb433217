using System.Globalization;

namespace OrleansBatch.Sinks.DeltaLog.Files;

// The names of a log's files, within the table's store.
internal static class LogNames
{
    public const string Directory = "_delta_log/";

    public const string LastCheckpoint = Directory + "_last_checkpoint";

    public const string Sidecars = Directory + "_sidecars/";

    public const int Digits = 20;

    public static string Commit(long version) => $"{Prefix(version)}.json";

    public static string Checkpoint(long version) => $"{Prefix(version)}.checkpoint.parquet";

    // Every file of a version begins with this, and every file of an earlier one sorts before.
    public static string Prefix(long version) => Directory + version.ToString("D20", CultureInfo.InvariantCulture);
}
