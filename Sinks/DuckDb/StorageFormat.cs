using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.DuckDb;

// A file is made in DuckDB's default format, which the oldest clients read.
// Once a column needs a newer format, the file keeps that for ever.
internal static class StorageFormat
{
    public static SqlText Newer { get; } = SqlText.Literal("v1.5.0");

    private static readonly Version _newer = new(1, 5, 0);

    // The older format can't store VARIANT. A GEOMETRY loses its coordinate system in it when the file is opened again.
    public static bool NeedsNewer(ColumnType type) => type switch
    {
        SimpleType simple => simple.Kind == SimpleKind.Variant,
        GeometryType geometry => geometry.Crs is not null,
        ListType list => NeedsNewer(list.Element),
        ArrayType array => NeedsNewer(array.Element),
        MapType map => NeedsNewer(map.Key) || NeedsNewer(map.Value),
        StructType parts => parts.Fields.Any(f => NeedsNewer(f.Type)),
        _ => false,
    };

    public static void Require(DuckDbSession session, IEnumerable<ColumnType> types, CancellationToken cancellationToken)
    {
        if (types.Any(NeedsNewer) && Version.Parse(Read(session, cancellationToken).Trim('v', '+')) < _newer)
        {
            throw new StorageTooOldException();
        }
    }

    private static string Read(DuckDbSession session, CancellationToken cancellationToken) =>
        session.Rows(SinkQueries.ReadStorage, r => r.GetString(0), cancellationToken).Single();
}
