using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Delta.Tables;

// The errors of DuckDB for which no file is to blame: a full disk, a lost directory, too little memory.
internal static class WriteTrouble
{
    private static readonly string[] _full = ["No space left on device", "Disk quota exceeded", "File too large"];

    public static Exception Of(DuckDBException error, GroupKey group, Lake lake)
    {
        var detail = DuckDbError.FirstLine(error);
        var place = $"{lake.Store.Address} and {lake.Scratch}";
        return _full.Any(words => error.Message.Contains(words, StringComparison.Ordinal))
            ? lake.NotReady.Full(group, $"There is no room left where rows are written ({place}); make room there.", error)
            : DuckDbError.KindOf(error) switch
            {
                DuckDBErrorType.Io or DuckDBErrorType.Permission => lake.NotReady.Unusable(
                    group, $"Rows can't be written to {place} now; check that both are there and writable for the silo's account.", error),
                DuckDBErrorType.OutOfMemory => new IOException(
                    $"Group {group}: the memory that one batch may use ({lake.Options.MemoryLimitMegabytes} MB) does not do for this one: "
                    + $"{detail} Raise MemoryLimitMegabytes, or write the rows into several smaller files.",
                    error),
                _ => new IOException($"Group {group}: DuckDB could not write to {lake.Store.Address}: {detail}", error),
            };
    }
}
