namespace OrleansBatch.Sinks.DuckDb;

// A constraint of a table as DuckDB spells it. Only a CHECK has an expression.
internal sealed record TableConstraint(string Type, string Name, string Text, string? Expression, IReadOnlyList<string> Columns)
{
    public const string NotNull = "NOT NULL";
    public const string PrimaryKey = "PRIMARY KEY";
    public const string Unique = "UNIQUE";
    public const string Check = "CHECK";
}
