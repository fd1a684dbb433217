using System.Buffers;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Delta.Columns;

// Names that a Delta table can't have. Spark refuses such names in tables without column mapping.
internal static class ColumnNames
{
    private static readonly SearchValues<char> _refused = SearchValues.Create(" ,;{}()\n\t=");

    public static void Check(string named, IReadOnlyList<TableColumn> columns) =>
        Check(named, columns.Select(c => (c.Name, c.Type)), "column");

    private static void Check(string named, IEnumerable<(string Name, ColumnType Type)> parts, string what)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, type) in parts)
        {
            if (name.AsSpan().IndexOfAny(_refused) >= 0)
            {
                throw new PermanentBatchException(
                    $"{named}: {what} {name} has a character that names in a Delta table can't have (a blank, tab or newline, or one of "
                    + ",;{}()=); rename it, write the file under a new name and enqueue that.");
            }

            if (!seen.TryAdd(name, name))
            {
                throw new PermanentBatchException(
                    $"{named}: {what} {name} and {what} {seen[name]} differ only by case, which a Delta table does not tell apart; rename "
                    + "one, write the file under a new name and enqueue that.");
            }

            CheckParts(named, type);
        }
    }

    private static void CheckParts(string named, ColumnType type)
    {
        switch (type)
        {
            case StructType parts:
                Check(named, parts.Fields.Select(f => (f.Name, f.Type)), "field");
                break;
            case ListType list:
                CheckParts(named, list.Element);
                break;
            case MapType map:
                CheckParts(named, map.Key);
                CheckParts(named, map.Value);
                break;
        }
    }
}
