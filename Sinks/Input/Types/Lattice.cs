namespace OrleansBatch.Sinks.Input.Types;

// The order of types by the values that fit into them. A value fits when it comes back the same.
internal static class Lattice
{
    // True when a type takes every value of another.
    public static bool Holds(ColumnType wide, ColumnType narrow) => wide == narrow || (wide, narrow) switch
    {
        (_, NullType) => true,
        (DecimalType w, DecimalType n) => w.Scale >= n.Scale && w.Precision - w.Scale >= n.Precision - n.Scale,
        (DecimalType w, SimpleType n) => WholeNumber.Of(n) is { } whole && w.Precision - w.Scale >= whole.Digits,
        (SimpleType w, DecimalType n) => n.Scale == 0 && WholeNumber.Of(w) is { Signed: true } whole && whole.AnyDigits >= n.Precision,
        (GeometryType, GeometryType { Crs: null }) => true,
        (SimpleType { Kind: SimpleKind.Varchar }, EnumType) => true,
        (EnumType w, EnumType n) => n.Values.All(v => w.Values.Contains(v)),
        (ListType w, ListType n) => Holds(w.Element, n.Element),
        (ListType w, ArrayType n) => Holds(w.Element, n.Element),
        (ArrayType w, ArrayType n) => w.Length == n.Length && Holds(w.Element, n.Element),
        (MapType w, MapType n) => Holds(w.Key, n.Key) && Holds(w.Value, n.Value),
        (StructType w, StructType n) => n.Fields.All(f => w.Find(f.Key) is { } mine && Holds(mine.Type, f.Type)),
        (SimpleType w, SimpleType n) => HoldsSimple(w, n),
        _ => false,
    };

    // The narrowest type for values of both, or null when there is none. Some values may still not fit into it.
    public static ColumnType? Join(ColumnType one, ColumnType other) =>
        Holds(one, other) ? one : Holds(other, one) ? other : Wider(one, other) ?? Wider(other, one);

    // True when a look at the values of one type can tell if another type takes them.
    public static bool MayHold(ColumnType wide, ColumnType narrow) => Holds(wide, narrow)
        || (IsNumber(wide) && IsNumber(narrow))
        || (Fineness(wide) is not null && Fineness(narrow) is not null)
        || (wide, narrow) switch
        {
            (SimpleType { Kind: SimpleKind.Json or SimpleKind.Uuid }, SimpleType { Kind: SimpleKind.Varchar }) => true,
            (EnumType, SimpleType { Kind: SimpleKind.Varchar }) => true,
            (SimpleType { Kind: SimpleKind.Time }, SimpleType { Kind: SimpleKind.TimeNanos }) => true,
            (ArrayType w, ListType n) => Holds(w.Element, n.Element),
            _ => false,
        };

    public static bool IsFloating(ColumnType type) => type is SimpleType { Kind: SimpleKind.Float or SimpleKind.Double };

    // Days, seconds, milli-, micro-, nanoseconds, without a time zone; null for a type that is no moment.
    public static int? Fineness(ColumnType type) => (type as SimpleType)?.Kind switch
    {
        SimpleKind.Date => 0,
        SimpleKind.TimestampSeconds => 1,
        SimpleKind.TimestampMillis => 2,
        SimpleKind.Timestamp => 3,
        SimpleKind.TimestampNanos => 4,
        _ => null,
    };

    private static bool IsNumber(ColumnType type) => type is DecimalType || IsFloating(type) || WholeNumber.Of(type) is not null;

    private static bool HoldsSimple(SimpleType wide, SimpleType narrow) => WholeNumber.Of(narrow) is { } whole
        ? wide.Kind switch
        {
            SimpleKind.Float => whole.Bits <= 16,
            SimpleKind.Double => whole.Bits <= 32,
            _ => WholeNumber.Of(wide) is { } mine && mine.Holds(whole),
        }
        : (wide.Kind, narrow.Kind) is (SimpleKind.Double, SimpleKind.Float)
            or (SimpleKind.Varchar, SimpleKind.Json or SimpleKind.Uuid)
            or (SimpleKind.TimeNanos, SimpleKind.Time);

    private static ColumnType? Wider(ColumnType one, ColumnType other)
    {
        if (one is DecimalType d)
        {
            return other is DecimalType e ? Decimal(d, e.Precision - e.Scale, e.Scale)
                : WholeNumber.Of(other) is { } number ? Decimal(d, number.Digits, 0)
                : null;
        }

        if (WholeNumber.Of(one) is { } whole)
        {
            return WholeNumber.Of(other) is { } second ? WholeNumber.Join(whole, second)
                : IsFloating(other) ? new SimpleType(SimpleKind.Double)
                : null;
        }

        return Fineness(one) is { } fine && Fineness(other) is { } finer ? (fine > finer ? one : other) : null;
    }

    private static DecimalType Decimal(DecimalType one, int digits, int scale)
    {
        var fraction = Math.Max(one.Scale, scale);
        return new DecimalType(Math.Min(Math.Max(one.Precision - one.Scale, digits) + fraction, DecimalType.MostDigits), fraction);
    }
}
