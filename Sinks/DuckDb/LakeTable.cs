using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Placing;

namespace OrleansBatch.Sinks.DuckDb;

// A table in a group's file: the rows that people read, or the stage of a full refresh.
internal sealed record LakeTable(string Schema, string Table)
{
    private const string OwnSchema = "orleans_batch";
    private const string StagePrefix = "stage_";

    public SqlText Name => SqlText.Of($"lake.{SqlText.Identifier(Schema)}.{SqlText.Identifier(Table)}");

    private string WhatToDoAboutTypes => Schema == OwnSchema && Table.StartsWith(StagePrefix, StringComparison.Ordinal)
        ? "write all files of a full refresh with one type"
        : "write the file with the table's type, or replace the table by a full refresh";

    public static LakeTable OfGroup(GroupKey group) => new("main", group.SchemaId);

    public static LakeTable StageOf(Guid originRunId) => new(OwnSchema, $"{StagePrefix}{originRunId:N}");

    // Key and sequence of each row that was deleted, so that no late older change brings the row back.
    public static LakeTable Tombstones { get; } = new(OwnSchema, "tombstone");

    // Key and sequence of each delete in the history.
    public static LakeTable Deletions { get; } = new(OwnSchema, "deletion");

    // All versions of the rows.
    public static LakeTable HistoryOf(GroupKey group) => new("main", $"{group.SchemaId}_history");

    // The name under which a table's rows stand while the table is made anew.
    public static LakeTable Copy() => new(OwnSchema, "copy");

    public bool Exists(DuckDbSession session, CancellationToken cancellationToken) =>
        session.Number(SinkQueries.FindTable, cancellationToken, Schema, Table) > 0;

    // Enables the table to take every row of the file: creates it, adds missing columns, or widens columns.
    // Returns null, with nothing done, when the table would have to be altered and may not be.
    public IReadOnlyList<Placement>? TryMakeRoom(LakeFileSession lake, IRowSource file, bool mayAlter, CancellationToken cancellationToken)
    {
        var present = lake.Shapes.Find(lake.Session, this, cancellationToken);
        var target = new TargetRows(Name, WhatToDoAboutTypes);
        var placements = new Placer(lake.Session, target, present ?? TableShapes.None, file, cancellationToken).Place();
        if (!placements.Any(p => p.Alters))
        {
            return placements;
        }

        if (present is not null && !mayAlter)
        {
            return null;
        }

        StorageFormat.Require(lake.Session, placements.Where(p => p.Alters).Select(p => p.Target), cancellationToken);
        if (present is null)
        {
            var columns = placements.Select(p => SqlText.Of($"{p.Name} {p.Target.Sql}"));
            lake.Session.Execute(SqlText.Of($"CREATE TABLE {Name} ({SqlText.Join(", ", columns)})"), cancellationToken);
        }
        else
        {
            new Alteration(lake.Session, this, present, file.Named, cancellationToken).Apply([.. placements.Where(p => p.Alters)]);
            lake.Shapes.Forget();
        }

        return placements;
    }

    // Called before rows are deleted. A unique index of a reopened file sees insertions but no deletions of the same transaction.
    // An insert beforehand makes the index see both.
    public void ReadyForDelete(
        LakeFileSession lake, IReadOnlyList<Placement> placements, SqlText rows, CancellationToken cancellationToken)
    {
        if (lake.Shapes.IsFirstDelete(this) && Additions.Of(lake.Session, this, cancellationToken).RefuseRepeatedKeys)
        {
            lake.Session.Execute(SqlText.Of($"{Insert(placements, rows)} LIMIT 0"), cancellationToken);
        }
    }

    public long Append(DuckDbSession session, InputFile file, IReadOnlyList<Placement> placements, CancellationToken cancellationToken) =>
        session.Execute(Insert(placements, file.Rows), cancellationToken);

    public SqlText Insert(IReadOnlyList<Placement> placements, SqlText rows) =>
        SqlText.Of($"INSERT INTO {Name} BY NAME SELECT {SqlText.Join(", ", placements.Select(p => p.Selected))} FROM {rows}");
}
