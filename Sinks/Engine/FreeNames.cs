namespace OrleansBatch.Sinks.Engine;

// Names for a statement's own use that no column has.
// In DuckDB a name before a dot means the column of that name, if there is one. Such a column may be a struct with a field of any name.
internal sealed class FreeNames
{
    private readonly string _stem = "own_";
    private int _next;

    public FreeNames(IEnumerable<string> taken)
    {
        var names = taken.ToList();
        while (names.Any(name => name.StartsWith(_stem, StringComparison.OrdinalIgnoreCase)))
        {
            _stem += "_";
        }
    }

    public SqlText Next() => SqlText.Identifier($"{_stem}{_next++}");
}
