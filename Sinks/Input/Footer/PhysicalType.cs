namespace OrleansBatch.Sinks.Input.Footer;

// The storage of values, by Parquet's own numbers.
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}
