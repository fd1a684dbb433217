using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.DuckDb;

// Tells trouble of the destination from trouble that a batch makes.
// DuckDB gives the kind of an error. The system's own reason, such as a full disk, stands in the message alone.
internal static class DestinationTrouble
{
    // With less free space DuckDB's next block or its log may not fit.
    private const long LeastFreeBytes = 1 << 20;

    private static readonly string[] _full = ["No space left on device", "Disk quota exceeded", "File too large"];

    // Returns null when the batch is to blame, or when the cause is not known.
    public static SinkNotReadyException? Of(Exception error, string path, NotReady notReady, GroupKey group) =>
        IsFull(error, path) ? notReady.Full(group, path, error)
        : error is DuckDBException { ErrorType: DuckDBErrorType.Io or DuckDBErrorType.Permission } ? notReady.Unwritable(group, path, error)
        : null;

    private static bool IsFull(Exception error, string path) =>
        _full.Any(words => error.Message.Contains(words, StringComparison.Ordinal))
        || (error is IOException { HResult: 28 or 122 or 27 })
        || (error is DuckDBException { ErrorType: DuckDBErrorType.OutOfMemory } && FreeBytes(path) < LeastFreeBytes);

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
