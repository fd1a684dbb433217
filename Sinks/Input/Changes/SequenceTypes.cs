using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input.Changes;

// The types by which changes can be ordered. Text goes by its bytes.
// Floating numbers are left out: two changes may round to one number, and NaN is above all.
internal static class SequenceTypes
{
    public const string Listed = "whole numbers, DECIMAL, DATE, TIMESTAMP with or without a time zone, and text that sorts by its bytes";

    public static bool Contain(ColumnType type) => type is DecimalType || WholeNumber.Of(type) is not null
        || type is SimpleType
        {
            Kind: SimpleKind.Date or SimpleKind.TimestampSeconds or SimpleKind.TimestampMillis or SimpleKind.Timestamp
                or SimpleKind.TimestampNanos or SimpleKind.TimestampTz or SimpleKind.Varchar,
        };
}
