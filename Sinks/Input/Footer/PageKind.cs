namespace OrleansBatch.Sinks.Input.Footer;

// What a page holds, by Parquet's own numbers.
internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}
