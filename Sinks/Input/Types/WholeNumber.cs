namespace OrleansBatch.Sinks.Input.Types;

// A type of whole numbers: its size, and whether it holds negative numbers.
internal readonly record struct WholeNumber(int Bits, bool Signed)
{
    // Decimal digits of its largest value.
    public int Digits => (Bits, Signed) switch
    {
        (8, _) => 3,
        (16, _) => 5,
        (32, _) => 10,
        (64, true) => 19,
        (64, false) => 20,
        _ => 39,
    };

    // A number of this many digits fits, whatever the digits are.
    public int AnyDigits => Digits - 1;

    public static WholeNumber? Of(ColumnType type) => (type as SimpleType)?.Kind switch
    {
        SimpleKind.TinyInt => new(8, true),
        SimpleKind.SmallInt => new(16, true),
        SimpleKind.Integer => new(32, true),
        SimpleKind.BigInt => new(64, true),
        SimpleKind.HugeInt => new(128, true),
        SimpleKind.UTinyInt => new(8, false),
        SimpleKind.USmallInt => new(16, false),
        SimpleKind.UInteger => new(32, false),
        SimpleKind.UBigInt => new(64, false),
        SimpleKind.UHugeInt => new(128, false),
        _ => null,
    };

    public bool Holds(WholeNumber other) => Signed == other.Signed ? Bits >= other.Bits : Signed && Bits > other.Bits;

    // The next signed type that holds both; null when there is none.
    public static ColumnType? Join(WholeNumber one, WholeNumber other)
    {
        ReadOnlySpan<SimpleKind> signed = [SimpleKind.SmallInt, SimpleKind.Integer, SimpleKind.BigInt, SimpleKind.HugeInt];
        foreach (var kind in signed)
        {
            var type = new SimpleType(kind);
            var wide = Of(type)!.Value;
            if (wide.Holds(one) && wide.Holds(other))
            {
                return type;
            }
        }

        return null;
    }
}
