using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// Puts the rows of a stage in the place of a table, and gives the new table people's additions to the old one.
// An error would spoil the whole transaction, so additions that the new rows break are found beforehand.
internal sealed class Replacement(
    DuckDbSession session, LakeTable table, LakeTable stage, Additions additions, CancellationToken cancellationToken)
{
    private readonly List<string> _lost = [];

    // Returns a sentence for each addition that could not be kept.
    public IReadOnlyList<string> Run()
    {
        var columns = TableColumns.Of(session, stage.Name, cancellationToken);
        if (additions.AreEmpty)
        {
            session.Execute(SqlText.Of($"CREATE OR REPLACE TABLE {table.Name} AS FROM {stage.Name}"), cancellationToken);
            return _lost;
        }

        // People's statements name objects of their own schema without the schema's name.
        session.Execute(SqlText.Of($"USE lake.main"));
        Create(columns);
        MakeIndexes();
        session.Execute(SqlText.Of($"INSERT INTO {table.Name} FROM {stage.Name}"), cancellationToken);
        Comment(columns);
        session.Execute(SqlText.Of($"USE memory.main"));
        return _lost;
    }

    private void Create(IReadOnlyList<TableColumn> columns)
    {
        var kept = additions.Constraints.Where(Holds).ToList();
        var notNull = kept.Where(c => c.Type == TableConstraint.NotNull).SelectMany(c => c.Columns).Select(TableColumn.Fold).ToHashSet();
        var defined = columns.Select(column =>
        {
            var given = additions.Defaults.FirstOrDefault(d => TableColumn.Fold(d.Key) == column.Key).Value;
            var value = SqlText.Trusted(given is null ? string.Empty : $" DEFAULT ({given})");
            var required = SqlText.Trusted(notNull.Contains(column.Key) ? " NOT NULL" : string.Empty);
            return SqlText.Of($"{SqlText.Identifier(column.Name)} {column.Type.Sql}{value}{required}");
        });
        var constraints = kept.Where(c => c.Type != TableConstraint.NotNull).Select(c => SqlText.Trusted(c.Text));
        session.Execute(
            SqlText.Of($"CREATE OR REPLACE TABLE {table.Name} ({SqlText.Join(", ", [.. defined, .. constraints])})"), cancellationToken);
        if (additions.HaveCollations)
        {
            _lost.Add($"The collations of the columns of {table.Table} were not kept: DuckDB tells them only in the table's statement.");
        }
    }

    private bool Holds(TableConstraint constraint)
    {
        var columns = constraint.Columns.Select(SqlText.Identifier).ToList();
        var broken = constraint.Type switch
        {
            TableConstraint.NotNull => SqlText.Of($"SELECT count(*) FROM {stage.Name} WHERE {columns[0]} IS NULL"),
            TableConstraint.PrimaryKey or TableConstraint.Unique => Repeated(SqlText.Join(", ", columns)),
            TableConstraint.Check => SqlText.Of($"SELECT count(*) FROM {stage.Name} WHERE NOT ({SqlText.Trusted(constraint.Expression!)})"),
            _ => null,
        };
        return IsUnbroken(broken, $"The constraint {constraint.Name} ({constraint.Text})");
    }

    private void MakeIndexes()
    {
        foreach (var index in additions.Indexes)
        {
            var broken = index.IsUnique
                ? Repeated(index.Expressions)
                : SqlText.Of($"SELECT count(*) FROM (SELECT {index.Expressions} FROM {stage.Name} LIMIT 0)");
            if (IsUnbroken(broken, $"The index {index.Name}"))
            {
                session.Execute(SqlText.Trusted(index.Statement), cancellationToken);
                if (index.Comment is not null)
                {
                    var comment = SqlText.Literal(index.Comment);
                    session.Execute(SqlText.Of($"COMMENT ON INDEX {SqlText.Identifier(index.Name)} IS {comment}"), cancellationToken);
                }
            }
        }
    }

    private void Comment(IReadOnlyList<TableColumn> columns)
    {
        if (additions.Comment is not null)
        {
            session.Execute(SqlText.Of($"COMMENT ON TABLE {table.Name} IS {SqlText.Literal(additions.Comment)}"), cancellationToken);
        }

        foreach (var (name, comment) in additions.ColumnComments)
        {
            if (columns.Any(c => c.Key == TableColumn.Fold(name)))
            {
                session.Execute(
                    SqlText.Of($"COMMENT ON COLUMN {table.Name}.{SqlText.Identifier(name)} IS {SqlText.Literal(comment)}"),
                    cancellationToken);
            }
        }
    }

    // Rows with a null in the key are not compared.
    private SqlText Repeated(SqlText expressions) => SqlText.Of($"""
        WITH known AS (SELECT * FROM (SELECT {expressions} FROM {stage.Name}) WHERE COLUMNS(*) IS NOT NULL)
        SELECT (SELECT count(*) FROM known) - (SELECT count(*) FROM (SELECT DISTINCT * FROM known))
        """);

    private bool IsUnbroken(SqlText? broken, string what)
    {
        if (broken is null)
        {
            _lost.Add($"{what} was not kept: DuckDB can't give it to a table that is replaced.");
            return false;
        }

        try
        {
            var rows = session.Number(broken, cancellationToken);
            if (rows == 0)
            {
                return true;
            }

            _lost.Add($"{what} was not kept: {rows} of the new rows break it.");
        }
        catch (DuckDBException error) when (DuckDbError.KindOf(error) == DuckDBErrorType.Binder)
        {
            _lost.Add($"{what} was not kept: the new table lacks what it needs. {DuckDbError.FirstLine(error)}");
        }

        return false;
    }
}
