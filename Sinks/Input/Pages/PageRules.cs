using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Judgement;

namespace OrleansBatch.Sinks.Input.Pages;

// Goes through all pages of a file by their headers, and reads no page without a checksum:
// - checks that each page is in its place and can be decoded;
// - checks the pages that have a checksum;
// - adds up the decoded sizes.
internal sealed class PageRules(SourceFile file, ParquetSchema schema, bool verifyChecksums)
{
    private readonly PageReader _reader = new(file);

    // Returns the sizes of the leaf columns, in their order.
    public DecodedSize[] Check(CancellationToken cancellationToken)
    {
        var sizes = schema.Leaves.Select(_ => new DecodedSize()).ToArray();
        foreach (var group in schema.Footer.RowGroups)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sizes[i].BeginChunk();
                CheckChunk(schema.Leaves[i], group.Chunks[i], sizes[i], cancellationToken);
            }
        }

        return sizes;
    }

    private void CheckChunk(SchemaNode leaf, ColumnChunk chunk, DecodedSize size, CancellationToken cancellationToken)
    {
        var position = chunk.Start;
        var left = chunk.Values;
        try
        {
            while (left > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var page = _reader.Read(position, out var data);
                CheckPage(leaf, page, data);
                size.Add(page, leaf.Element);
                left -= page.Kind is PageKind.Data or PageKind.DataV2 ? page.Values : 0;
                position = data + page.CompressedBytes;
            }
        }
        catch (FooterException error)
        {
            throw Damaged(leaf, "can't be read", error);
        }

        if (left < 0)
        {
            throw Damaged(leaf, "holds more values than the footer says");
        }
    }

    private void CheckPage(SchemaNode leaf, PageHeader page, long data)
    {
        if (page.CompressedBytes < 0 || page.UncompressedBytes < 0 || page.Values < 0
            || page.CompressedBytes > schema.Footer.Position - data)
        {
            throw Damaged(leaf, "is not where it should be");
        }

        if ((leaf.DefinitionLevels > 0 && page.DefinitionEncoding != PageEncoding.Rle)
            || (leaf.RepetitionLevels > 0 && page.RepetitionEncoding != PageEncoding.Rle))
        {
            throw BadFile.NotSupported(
                file.Named,
                $"column {leaf.Path} has levels that are bit-packed, as only early writers made them",
                "write it with a newer writer");
        }

        if (verifyChecksums && page.Crc is not null && !PageChecksum.Holds(file, page, data))
        {
            throw Damaged(leaf, "has another checksum than its header says");
        }
    }

    private Grains.Interfaces.Sinks.PermanentBatchException Damaged(SchemaNode leaf, string how, Exception? error = null) =>
        BadFile.Damaged(file.Named, $"a page of column {leaf.Path} {how}", error);
}
