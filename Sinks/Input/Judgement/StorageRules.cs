using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Judgement;

// Checks the row groups of a footer against the schema and the file, and the encodings of their pages.
internal static class StorageRules
{
    private const int FirstPage = 4;

    public static void Check(string named, FileFooter footer, IReadOnlyList<SchemaNode> leaves)
    {
        // Some writers leave the total number of rows out.
        if (footer.Rows > footer.RowGroups.Sum(group => group.Rows))
        {
            throw BadFile.Damaged(named, "its footer counts more rows than its row groups have");
        }

        foreach (var group in footer.RowGroups)
        {
            if (group.Rows < 0 || group.Chunks.Count != leaves.Count)
            {
                throw BadFile.Damaged(named, "a row group has other columns than the schema");
            }

            for (var i = 0; i < leaves.Count; i++)
            {
                Check(named, footer, group, leaves[i], group.Chunks[i]);
            }
        }
    }

    private static void Check(string named, FileFooter footer, RowGroup group, SchemaNode leaf, ColumnChunk chunk)
    {
        if (chunk.IsEncrypted)
        {
            throw BadFile.Encrypted(named);
        }

        if (!string.IsNullOrEmpty(chunk.OtherFile))
        {
            throw BadFile.NotSupported(named, "its rows are in other files, which it only sums up", "enqueue those files instead");
        }

        if (chunk.Physical != leaf.Element.Physical
            || chunk.Values < 0 || (leaf.RepetitionLevels == 0 && chunk.Values != group.Rows)
            || (chunk.Values > 0 && (chunk.Start < FirstPage || chunk.Start >= footer.Position || chunk.CompressedBytes > footer.Position)))
        {
            throw BadFile.Damaged(named, $"what its footer says of column {leaf.Path} contradicts itself");
        }

        if (!CanDecompress(chunk.Codec))
        {
            throw BadFile.NotSupported(
                named,
                $"column {leaf.Path} is compressed with {NameOf(chunk.Codec)}",
                "write it with zstd, snappy, gzip, brotli, lz4_raw or no compression");
        }

        if (chunk.Encodings.Where(encoding => !CanDecode(encoding, chunk.Physical)).Cast<PageEncoding?>().FirstOrDefault() is { } encoding)
        {
            throw BadFile.NotSupported(named, $"column {leaf.Path} is encoded as {encoding}", "write it with the encoding PLAIN");
        }

        if (leaf.IsUntyped && chunk.Nulls is { } nulls && nulls < chunk.Values)
        {
            throw BadFile.Untyped(named, leaf);
        }
    }

    private static bool CanDecompress(Codec codec) =>
        codec is Codec.Uncompressed or Codec.Snappy or Codec.Gzip or Codec.Brotli or Codec.Zstd or Codec.Lz4Raw;

    private static string NameOf(Codec codec) => codec switch
    {
        Codec.Lzo => "LZO",
        Codec.Lz4 => "LZ4 in Hadoop's frames",
        _ => $"codec {(int)codec}",
    };

    // Writers name bit-packed levels even where there are none, so that encoding is judged later: see Pages.
    private static bool CanDecode(PageEncoding encoding, PhysicalType physical) => encoding == PageEncoding.ByteStreamSplit
        ? physical is PhysicalType.Float or PhysicalType.Double
        : Enum.IsDefined(encoding);
}
