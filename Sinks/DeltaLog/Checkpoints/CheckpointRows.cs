using System.Data.Common;
using System.Text;
using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Json;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// The rows of a checkpoint's Parquet file as actions. Files come column by column, because JSON of them takes four times as long.
internal sealed class CheckpointRows(DuckDbSession session, string path, CancellationToken cancellationToken)
{
    // The members that replay uses, the one that no such action lacks first. A checkpoint may lack others, and has more.
    private static readonly (string Action, string[] Members)[] _few =
    [
        ("protocol", ["minReaderVersion", "minWriterVersion", "readerFeatures", "writerFeatures"]),
        ("metaData", ["id", "name", "description", "format", "schemaString", "partitionColumns", "configuration", "createdTime"]),
        ("txn", ["appId", "version", "lastUpdated"]),
        ("sidecar", ["path"]),
    ];

    private readonly SqlText _file = SqlText.Literal(path);

    public void ReadAll(Action<object?> apply)
    {
        var columns = new CheckpointColumns(session, _file, cancellationToken);
        foreach (var (action, members) in _few.Where(f => columns.Has(f.Action)))
        {
            var pairs = members.Where(m => columns.Has(action, m))
                .Select(m => SqlText.Of($"{SqlText.Literal(m)}: {columns.Member(action, m)}"));
            var line = SqlText.Of($"to_json({{{SqlText.Literal(action)}: {{{SqlText.Join(", ", pairs)}}}}})::VARCHAR");
            Read(columns.Member(action, members[0]), [line], r => apply(ActionReader.Read(Encoding.UTF8.GetBytes(r.GetString(0)))));
        }

        if (columns.Has("add"))
        {
            ReadAdds(columns, apply);
        }

        if (columns.Has("remove"))
        {
            ReadRemoves(columns, apply);
        }
    }

    private void ReadAdds(CheckpointColumns columns, Action<object?> apply)
    {
        // The number of rows is all that is taken of parsed statistics. The other values would be written another way.
        var stats = !columns.Has("add", "stats") && columns.Has("add", "stats_parsed")
            ? SqlText.Of($"to_json({{'numRecords': add.stats_parsed.numRecords}})::VARCHAR")
            : columns.Member("add", "stats");
        Read(
            columns.Member("add", "path"),
            [
                columns.Member("add", "path"), columns.Member("add", "size"), columns.Member("add", "modificationTime"), stats,
                columns.Map("add", "partitionValues"), columns.Map("add", "tags"), columns.Struct("add", "deletionVector"),
            ],
            r => apply(FileActions.Add(
                Text(r, 0), Number(r, 1), Number(r, 2), Text(r, 3), Map(r, 4) ?? FileActions.NoValues, Map(r, 5), Vector(r, 6))));
    }

    private void ReadRemoves(CheckpointColumns columns, Action<object?> apply) => Read(
        columns.Member("remove", "path"),
        [
            columns.Member("remove", "path"), columns.Member("remove", "size"), columns.Member("remove", "deletionTimestamp"),
            columns.Map("remove", "partitionValues"), columns.Struct("remove", "deletionVector"),
            columns.Has("remove", "partitionValues") ? SqlText.Of($"remove.partitionValues IS NOT NULL") : SqlText.Of($"false"),
        ],
        r => apply(FileActions.Remove(
            Text(r, 0), Number(r, 1), Number(r, 2), Map(r, 3) ?? (r.GetBoolean(5) ? FileActions.NoValues : null), Vector(r, 4))));

    // A look at the whole action would make DuckDB read all of its members, for all rows.
    private void Read(SqlText needed, SqlText[] columns, Action<DbDataReader> read) => session.Read(
        SqlText.Of($"SELECT {SqlText.Join(", ", columns)} FROM read_parquet({_file}) WHERE {needed} IS NOT NULL"),
        reader =>
        {
            while (reader.Read())
            {
                read(reader);
            }

            return true;
        },
        cancellationToken);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static IReadOnlyDictionary<string, string?>? Map(DbDataReader row, int column)
    {
        if (Text(row, column) is not { } json)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.AsMap();
    }

    private static DeletionVector? Vector(DbDataReader row, int column)
    {
        if (Text(row, column) is not { } json)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return ActionReader.Vector(document.RootElement);
    }
}
