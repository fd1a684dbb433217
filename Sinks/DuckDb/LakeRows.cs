namespace OrleansBatch.Sinks.DuckDb;

/// <summary>The result of a query over a group's file.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows, each with a value per column; null stands for NULL.</param>
public sealed record LakeRows(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);
