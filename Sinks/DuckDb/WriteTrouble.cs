using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// The errors of a batch that can't be written.
internal static class WriteTrouble
{
    public static Exception Of(DuckDBException error, string path, GroupKey group, DuckDbSinkOptions options)
    {
        var detail = DuckDbError.FirstLine(error);
        return DuckDbError.KindOf(error) switch
        {
            _ when BreaksConstraint(error) => new PermanentBatchException(
                $"Group {group}: the rows break a constraint or a unique index that was added to the table in {path}: {detail} "
                + "Mend the rows, or take the constraint away.",
                error)
            {
                Detail = detail,
            },
            DuckDBErrorType.Dependency => new PermanentBatchException(
                $"Group {group}: the table in {path} can't be replaced or altered, because something else there needs it: {detail} "
                + "Take that away, such as a foreign key.",
                error)
            {
                Detail = detail,
            },
            DuckDBErrorType.OutOfMemory => new IOException(
                $"Group {group}: the memory that one lake file may use ({options.MemoryLimitMegabytes} MB) does not do for this batch: "
                + $"{detail} Raise MemoryLimitMegabytes, or write the rows into several smaller files.",
                error),
            _ => new IOException($"Group {group}: DuckDB could not write {path}: {detail}", error),
        };
    }

    // A commit wraps a broken constraint into an error of another kind.
    private static bool BreaksConstraint(DuckDBException error) => DuckDbError.KindOf(error) == DuckDBErrorType.Constraint
        || (error.ErrorType == DuckDBErrorType.Transaction && error.Message.Contains("constraint violation", StringComparison.Ordinal));
}
