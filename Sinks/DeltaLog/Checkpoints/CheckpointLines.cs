using System.Text;

using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// The rows of a checkpoint's Parquet file as lines of a commit.
internal static class CheckpointLines
{
    // The members that replay uses. A checkpoint may lack some, and has others that can be large, such as parsed statistics.
    private static readonly (string Action, string[] Members)[] _actions =
    [
        ("protocol", ["minReaderVersion", "minWriterVersion", "readerFeatures", "writerFeatures"]),
        ("metaData", ["id", "name", "description", "format", "schemaString", "partitionColumns", "configuration", "createdTime"]),
        ("txn", ["appId", "version", "lastUpdated"]),
        ("sidecar", ["path"]),
        ("add", ["path", "partitionValues", "size", "modificationTime", "stats", "tags", "deletionVector"]),
        ("remove", ["path", "deletionTimestamp", "partitionValues", "size", "deletionVector"]),
    ];

    public static IEnumerable<ReadOnlyMemory<byte>> Of(DuckDbSession session, string path, CancellationToken cancellationToken)
    {
        var file = SqlText.Literal(path);
        var members = MembersOf(session, file, cancellationToken);
        foreach (var (action, known) in _actions)
        {
            var there = known.Where(m => members.Contains((action, m))).ToList();
            if (there.Count == 0)
            {
                continue;
            }

            var column = SqlText.Identifier(action);
            var pairs = there.Select(m => SqlText.Of($"{SqlText.Literal(m)}: {column}.{SqlText.Identifier(m)}"));
            if (action == "add" && !there.Contains("stats") && members.Contains(("add", "stats_parsed")))
            {
                // The number of rows is all that is taken of parsed statistics. The other values would be written another way.
                pairs = pairs.Append(SqlText.Of($"'stats': to_json({{'numRecords': {column}.stats_parsed.numRecords}})::VARCHAR"));
            }

            var sql = SqlText.Of(
                $"""
                SELECT to_json({SqlText.Of($"{{{SqlText.Literal(action)}: {{{SqlText.Join(", ", pairs)}}}}}")})::VARCHAR
                FROM read_parquet({file}) WHERE {column} IS NOT NULL
                """);
            foreach (var line in session.Rows(sql, r => Encoding.UTF8.GetBytes(r.GetString(0)), cancellationToken))
            {
                yield return line;
            }
        }
    }

    // The schema comes as a tree in the order of its branches: an action is a branch of the root, a member one of an action.
    private static HashSet<(string Action, string Member)> MembersOf(DuckDbSession session, SqlText file, CancellationToken cancellationToken)
    {
        var nodes = session.Rows(
            SqlText.Of($"SELECT name, coalesce(num_children, 0) FROM parquet_schema({file})"),
            r => (Name: r.GetString(0), Children: Convert.ToInt32(r.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)),
            cancellationToken);
        var found = new HashSet<(string, string)>();
        var open = new Stack<(string Name, int Left)>();
        foreach (var (name, children) in nodes)
        {
            if (open.Count == 2)
            {
                found.Add((open.Peek().Name, name));
            }

            while (open.TryPop(out var parent))
            {
                if (parent.Left > 0)
                {
                    open.Push((parent.Name, parent.Left - 1));
                    break;
                }
            }

            open.Push((name, children));
            while (open.TryPeek(out var leaf) && leaf.Left == 0)
            {
                open.Pop();
            }
        }

        return found;
    }
}
