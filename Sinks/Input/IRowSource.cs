using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

// Rows to be written to a table: those of a file, or of a query over one.
internal interface IRowSource
{
    // The name that the producer gave the file.
    string Named { get; }

    // What stands behind FROM.
    SqlText Rows { get; }

    IReadOnlyList<TableColumn> Columns { get; }
}
