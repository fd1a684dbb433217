namespace OrleansBatch.Sinks.Input.Footer;

// The types of Thrift's compact protocol, as they stand in the lower half of a field's or a list's first byte.
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}
