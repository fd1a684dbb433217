using System.Text.RegularExpressions;

using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input;

// The kinds of error that lie in a file, each with its sentence. A library's own message goes into the detail.
internal static partial class BadFile
{
    public const string WriteAgain = "write it again under a new name and enqueue that";

    public static PermanentBatchException Damaged(string named, string what, Exception? error = null) =>
        Because(named, $"{named} is damaged: {what}; {WriteAgain}.", error);

    public static PermanentBatchException Encrypted(string named) => Because(
        named,
        $"{named} is encrypted, and no key can be given to read it; write it without encryption under a new name and enqueue that.",
        null);

    public static PermanentBatchException NotSupported(string named, string what, string instead, Exception? error = null) =>
        Because(named, $"{named} is not supported: {what}; {instead}, under a new name, and enqueue that.", error);

    public static PermanentBatchException Untyped(string named, SchemaNode leaf) => NotSupported(
        named, $"column {leaf.Path} has the type of a column without values, but has some", "write it with the type of its values");

    // The refusal of a value that would not arrive as it is.
    public static PermanentBatchException Lossy(string named, string what, string instead) =>
        Because(named, $"{named}: {what}; {instead}.", null);

    // The refusal by DuckDB's own message, from when it read the rows and did nothing else.
    public static PermanentBatchException Rows(string named, DuckDBException error) => DuckDbError.KindOf(error) switch
    {
        DuckDBErrorType.Conversion or DuckDBErrorType.OutOfRange =>
            NotSupported(named, "it has a value beyond what the type of its column can hold", "write it without that value", error),
        DuckDBErrorType.NotImplemented or DuckDBErrorType.Internal =>
            NotSupported(named, "its rows are written in a way that DuckDB does not read", "write it with a usual writer", error),
        _ => Damaged(named, "its rows can't be decoded", error),
    };

    // Trouble of the machine or of DuckDB itself says nothing about the file.
    public static bool IsOtherTrouble(DuckDBException error) => DuckDbError.KindOf(error)
        is DuckDBErrorType.OutOfMemory or DuckDBErrorType.Fatal or DuckDBErrorType.Interrupt or DuckDBErrorType.Permission
        || (DuckDbError.KindOf(error) == DuckDBErrorType.Io && IsOfTheMachine(error.Message));

    // The library got the path of the open file, which says nothing to people.
    private static PermanentBatchException Because(string named, string message, Exception? error) => new(message, error)
    {
        Detail = error is null ? null : OpenFile().Replace(DuckDbError.FirstLine(error), _ => named),
    };

    [GeneratedRegex("/proc/self/fd/[0-9]+")]
    private static partial Regex OpenFile();

    // The reader also says "IO Error" of a schema that it does not take. An error of the operating system is known by its words.
    private static bool IsOfTheMachine(string message) =>
        message.StartsWith("IO Error: Cannot open file", StringComparison.Ordinal)
        || message.StartsWith("IO Error: Could not read from file", StringComparison.Ordinal)
        || message.StartsWith("IO Error: Could not write", StringComparison.Ordinal);
}
