using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// People's additions to a table, which a new table in its place gets, too. DuckDB has no grants.
internal sealed record Additions
{
    public required IReadOnlyList<TableIndex> Indexes { get; init; }

    public required IReadOnlyList<TableConstraint> Constraints { get; init; }

    public required IReadOnlyDictionary<string, string> Defaults { get; init; }

    public required IReadOnlyDictionary<string, string> ColumnComments { get; init; }

    public required string? Comment { get; init; }

    // The statement that makes the table, as DuckDB tells it.
    public required string Definition { get; init; }

    public bool HaveCollations => Definition.Contains(" COLLATE ", StringComparison.Ordinal);

    public bool HaveGeneratedColumns => Definition.Contains(" GENERATED ALWAYS AS", StringComparison.Ordinal);

    public bool AreEmpty =>
        Indexes.Count + Constraints.Count + Defaults.Count + ColumnComments.Count == 0 && Comment is null && !HaveCollations;

    // NOT NULL is no obstacle: DuckDB alters a column that has it.
    public bool AllowNewTypes => Indexes.Count == 0 && Constraints.All(c => c.Type == TableConstraint.NotNull);

    public bool RefuseRepeatedKeys =>
        Indexes.Any(i => i.IsUnique) || Constraints.Any(c => c.Type is TableConstraint.PrimaryKey or TableConstraint.Unique);

    public static Additions Of(DuckDbSession session, LakeTable table, CancellationToken cancellationToken)
    {
        var extras = session.Rows(
            SinkQueries.FindColumnExtras,
            r => (Name: r.GetString(0), Default: r.IsDBNull(1) ? null : r.GetString(1), Comment: r.IsDBNull(2) ? null : r.GetString(2)),
            cancellationToken,
            table.Schema,
            table.Table);
        var (definition, comment) = session.Rows(
            SinkQueries.FindDefinition,
            r => (r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1)),
            cancellationToken,
            table.Schema,
            table.Table).Single();
        return new Additions
        {
            Indexes = session.Rows(
                SinkQueries.FindIndexes,
                r => new TableIndex(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.IsDBNull(3) ? null : r.GetString(3)),
                cancellationToken,
                table.Schema,
                table.Table),
            Constraints = session.Rows(
                SinkQueries.FindConstraints,
                r => new TableConstraint(
                    r.GetString(0),
                    r.GetString(1),
                    r.GetString(2),
                    r.IsDBNull(3) ? null : r.GetString(3),
                    r.GetFieldValue<List<string>>(4)),
                cancellationToken,
                table.Schema,
                table.Table),
            Defaults = extras.Where(e => e.Default is not null).ToDictionary(e => e.Name, e => e.Default!),
            ColumnComments = extras.Where(e => e.Comment is not null).ToDictionary(e => e.Name, e => e.Comment!),
            Comment = comment,
            Definition = definition,
        };
    }
}
