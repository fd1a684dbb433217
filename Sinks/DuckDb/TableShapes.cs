using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// The columns of the tables that batches were written to since their file was opened.
internal sealed class TableShapes
{
    private readonly Dictionary<LakeTable, IReadOnlyDictionary<string, TableColumn>> _known = [];
    private readonly HashSet<LakeTable> _ready = [];

    public static IReadOnlyDictionary<string, TableColumn> None { get; } = new Dictionary<string, TableColumn>();

    // Returns null when there is no such table.
    public IReadOnlyDictionary<string, TableColumn>? Find(DuckDbSession session, LakeTable table, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(table, out var columns))
        {
            return columns;
        }

        if (!table.Exists(session, cancellationToken))
        {
            return null;
        }

        columns = TableColumns.Of(session, table.Name, cancellationToken).ToDictionary(c => c.Key, StringComparer.Ordinal);
        return _known[table] = columns;
    }

    // Returns true for the first question about a table, until the table's shape is forgotten.
    public bool IsFirstDelete(LakeTable table) => _ready.Add(table);

    public void Forget()
    {
        _known.Clear();
        _ready.Clear();
    }
}
