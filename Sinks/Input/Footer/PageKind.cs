namespace OrleansBatch.Sinks.Input.Footer;

// The kinds of page, by Parquet's own numbers.
internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}
