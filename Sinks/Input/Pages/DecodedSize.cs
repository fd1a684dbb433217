using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Pages;

// The bytes that the decoded values of a leaf column take, as far as its pages tell without being decoded.
// Repeating a value costs the file nothing. Text that refers to a dictionary or to the text before it is known only by a bound.
internal sealed class DecodedSize
{
    private const int Int96Bytes = 12;
    private const int Reference = 4;

    private long _dictionary;

    // The least size, and nearly the exact one for everything but repeated text.
    public long Certain { get; private set; }

    // The bytes that repeated text may add.
    public UInt128 Possible { get; private set; }

    public void BeginChunk() => _dictionary = 0;

    public void Add(PageHeader page, SchemaElement leaf)
    {
        if (page.Kind == PageKind.Dictionary)
        {
            _dictionary = page.UncompressedBytes;
            Certain += page.UncompressedBytes;
            return;
        }

        var stored = Math.Max(page.UncompressedBytes, (long)page.Values * Width(leaf));
        Certain += stored;
        if (leaf.Physical == PhysicalType.ByteArray)
        {
            Possible += page.Encoding switch
            {
                PageEncoding.PlainDictionary or PageEncoding.RleDictionary => (UInt128)page.Values * (UInt128)_dictionary,
                PageEncoding.DeltaByteArray => (UInt128)page.Values * (UInt128)page.UncompressedBytes,
                _ => 0,
            };
        }
    }

    private static int Width(SchemaElement leaf) => leaf.Physical switch
    {
        PhysicalType.Boolean => 1,
        PhysicalType.Int32 or PhysicalType.Float => sizeof(int),
        PhysicalType.Int64 or PhysicalType.Double => sizeof(long),
        PhysicalType.Int96 => Int96Bytes,
        PhysicalType.FixedLenByteArray => Math.Max(0, leaf.Length ?? 0),
        _ => Reference,
    };
}
