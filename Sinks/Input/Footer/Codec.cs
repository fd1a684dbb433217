namespace OrleansBatch.Sinks.Input.Footer;

// The compression of pages, by Parquet's own numbers.
internal enum Codec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    Lz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}
