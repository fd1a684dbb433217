using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace OrleansBatch.Sinks.Engine;

// The kind and the first line of a DuckDB error.
internal static class DuckDbError
{
    private static readonly Dictionary<string, DuckDBErrorType> _words = new(StringComparer.Ordinal)
    {
        ["Out of Memory Error"] = DuckDBErrorType.OutOfMemory,
        ["FATAL Error"] = DuckDBErrorType.Fatal,
        ["INTERNAL Error"] = DuckDBErrorType.Internal,
        ["INTERRUPT Error"] = DuckDBErrorType.Interrupt,
        ["Permission Error"] = DuckDBErrorType.Permission,
        ["IO Error"] = DuckDBErrorType.Io,
        ["Conversion Error"] = DuckDBErrorType.Conversion,
        ["Out of Range Error"] = DuckDBErrorType.OutOfRange,
        ["Not implemented Error"] = DuckDBErrorType.NotImplemented,
        ["Binder Error"] = DuckDBErrorType.Binder,
        ["Catalog Error"] = DuckDBErrorType.Catalog,
        ["Dependency Error"] = DuckDBErrorType.Dependency,
        ["Constraint Error"] = DuckDBErrorType.Constraint,
    };

    // An error found before a statement runs comes without its kind. Such a message begins with the kind.
    public static DuckDBErrorType KindOf(DuckDBException error) => error.ErrorType != DuckDBErrorType.Invalid
        ? error.ErrorType
        : _words.FirstOrDefault(pair => error.Message.StartsWith(pair.Key, StringComparison.Ordinal)).Value;

    // The first line is DuckDB's own message. The lines after it repeat the statement.
    public static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd();
}
