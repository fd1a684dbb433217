using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// Which members the actions of a checkpoint's Parquet file have.
internal sealed class CheckpointColumns
{
    private readonly HashSet<(string Action, string Member)> _members;

    // The schema comes as a tree in the order of its branches: an action is a branch of the root, a member one of an action.
    public CheckpointColumns(DuckDbSession session, SqlText file, CancellationToken cancellationToken)
    {
        _members = [];
        var open = new Stack<(string Name, long Left)>();
        var nodes = session.Rows(
            SqlText.Of($"SELECT name, coalesce(num_children, 0)::BIGINT FROM parquet_schema({file})"),
            r => (Name: r.GetString(0), Children: r.GetInt64(1)),
            cancellationToken);
        foreach (var (name, children) in nodes)
        {
            if (open.Count == 2)
            {
                _members.Add((open.Peek().Name, name));
            }

            if (open.TryPop(out var parent))
            {
                open.Push((parent.Name, parent.Left - 1));
            }

            open.Push((name, children));
            while (open.TryPeek(out var whole) && whole.Left == 0)
            {
                open.Pop();
            }
        }
    }

    public bool Has(string action) => _members.Any(m => m.Action == action);

    public bool Has(string action, string member) => _members.Contains((action, member));

    // The member of an action, or a null.
    public SqlText Member(string action, string member) =>
        Has(action, member) ? SqlText.Of($"{SqlText.Identifier(action)}.{SqlText.Identifier(member)}") : SqlText.Of($"NULL");

    // The member as JSON, or a null where a map is empty: most of them are, and JSON takes most of the time.
    public SqlText Map(string action, string member) => Has(action, member)
        ? SqlText.Of($"CASE WHEN cardinality({Member(action, member)}) > 0 THEN to_json({Member(action, member)})::VARCHAR END")
        : SqlText.Of($"NULL");

    public SqlText Struct(string action, string member) => Has(action, member)
        ? SqlText.Of($"CASE WHEN {Member(action, member)} IS NOT NULL THEN to_json({Member(action, member)})::VARCHAR END")
        : SqlText.Of($"NULL");
}
