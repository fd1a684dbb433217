using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Judgement;

// The type of a leaf column comes from its logical type, else its converted type, else its physical type.
internal static class LeafTypes
{
    private const string AsText = "write it as text or as binary data";

    public static ColumnType Of(string named, SchemaNode leaf) =>
        OfLogical(named, leaf) ?? OfConverted(named, leaf) ?? new SimpleType(OfPhysical(named, leaf));

    private static ColumnType? OfLogical(string named, SchemaNode leaf)
    {
        var logical = leaf.Element.Logical;
        return logical?.Kind switch
        {
            LogicalKind.Unknown => new NullType(),
            LogicalKind.Bson => throw BadFile.NotSupported(named, $"column {leaf.Path} is BSON", AsText),
            LogicalKind.Decimal => Decimal(named, leaf, logical.Precision, logical.Scale),
            LogicalKind.String or LogicalKind.Enum => new SimpleType(SimpleKind.Varchar),
            LogicalKind.Json => new SimpleType(SimpleKind.Json),
            LogicalKind.Uuid => new SimpleType(SimpleKind.Uuid),
            LogicalKind.Float16 => new SimpleType(SimpleKind.Float),
            LogicalKind.Date => new SimpleType(SimpleKind.Date),
            LogicalKind.Time => new SimpleType(Time(logical)),
            LogicalKind.Timestamp => new SimpleType(Timestamp(logical)),
            LogicalKind.Integer => new SimpleType(Integer(logical.BitWidth, logical.IsSigned)),
            _ => null,
        };
    }

    private static ColumnType? OfConverted(string named, SchemaNode leaf) => leaf.Element.Converted switch
    {
        ConvertedType.Null => new NullType(),
        ConvertedType.Bson => throw BadFile.NotSupported(named, $"column {leaf.Path} is BSON", AsText),
        ConvertedType.Decimal => Decimal(named, leaf, leaf.Element.Precision ?? 0, leaf.Element.Scale ?? 0),
        ConvertedType.Utf8 or ConvertedType.Enum => new SimpleType(SimpleKind.Varchar),
        ConvertedType.Json => new SimpleType(SimpleKind.Json),
        ConvertedType.Date => new SimpleType(SimpleKind.Date),
        ConvertedType.TimeMillis or ConvertedType.TimeMicros => new SimpleType(SimpleKind.Time),
        ConvertedType.TimestampMillis or ConvertedType.TimestampMicros => new SimpleType(SimpleKind.Timestamp),
        ConvertedType.Interval => new SimpleType(SimpleKind.Interval),
        ConvertedType.Int8 => new SimpleType(SimpleKind.TinyInt),
        ConvertedType.Int16 => new SimpleType(SimpleKind.SmallInt),
        ConvertedType.Int32 => new SimpleType(SimpleKind.Integer),
        ConvertedType.Int64 => new SimpleType(SimpleKind.BigInt),
        ConvertedType.UInt8 => new SimpleType(SimpleKind.UTinyInt),
        ConvertedType.UInt16 => new SimpleType(SimpleKind.USmallInt),
        ConvertedType.UInt32 => new SimpleType(SimpleKind.UInteger),
        ConvertedType.UInt64 => new SimpleType(SimpleKind.UBigInt),
        _ => null,
    };

    private static SimpleKind OfPhysical(string named, SchemaNode leaf) => leaf.Element.Physical switch
    {
        PhysicalType.Boolean => SimpleKind.Boolean,
        PhysicalType.Int32 => SimpleKind.Integer,
        PhysicalType.Int64 => SimpleKind.BigInt,
        PhysicalType.Int96 => SimpleKind.Timestamp,
        PhysicalType.Float => SimpleKind.Float,
        PhysicalType.Double => SimpleKind.Double,
        PhysicalType.ByteArray or PhysicalType.FixedLenByteArray => SimpleKind.Blob,
        _ => throw BadFile.Damaged(named, $"column {leaf.Path} is stored as {leaf.Element.Physical}, which Parquet does not know"),
    };

    private static DecimalType Decimal(string named, SchemaNode leaf, int precision, int scale) =>
        precision > DecimalType.MostDigits
            ? throw BadFile.NotSupported(
                named,
                $"column {leaf.Path} is DECIMAL({precision},{scale}), and at most {DecimalType.MostDigits} digits can be stored exactly",
                $"write it with {DecimalType.MostDigits} digits or fewer, or as text")
            : precision >= 1 && scale >= 0 && scale <= precision
                ? new DecimalType(precision, scale)
                : throw BadFile.NotSupported(
                    named,
                    $"column {leaf.Path} is DECIMAL({precision},{scale}), which is no decimal",
                    "write it with a precision of at least 1 and a scale from 0 to the precision");

    private static SimpleKind Time(LogicalType time) =>
        time.IsUtc ? SimpleKind.TimeTz : time.Unit == TimeUnit.Nanoseconds ? SimpleKind.TimeNanos : SimpleKind.Time;

    private static SimpleKind Timestamp(LogicalType timestamp) => timestamp.IsUtc ? SimpleKind.TimestampTz
        : timestamp.Unit == TimeUnit.Nanoseconds ? SimpleKind.TimestampNanos : SimpleKind.Timestamp;

    private static SimpleKind Integer(int bits, bool isSigned) => (bits, isSigned) switch
    {
        (8, true) => SimpleKind.TinyInt,
        (16, true) => SimpleKind.SmallInt,
        (64, true) => SimpleKind.BigInt,
        (_, true) => SimpleKind.Integer,
        (8, false) => SimpleKind.UTinyInt,
        (16, false) => SimpleKind.USmallInt,
        (64, false) => SimpleKind.UBigInt,
        _ => SimpleKind.UInteger,
    };
}
