using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

// Rows of a query over a file, with the columns that the query is known to have.
internal sealed record DerivedRows(string Named, SqlText Rows, IReadOnlyList<TableColumn> Columns) : IRowSource;
