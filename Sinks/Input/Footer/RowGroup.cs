namespace OrleansBatch.Sinks.Input.Footer;

// A slice of the rows, with a chunk per leaf column.
internal sealed record RowGroup(IReadOnlyList<ColumnChunk> Chunks, long Rows)
{
    public static RowGroup Read(ref ThriftReader reader, ThriftType type) =>
        reader.ReadStruct(type, new RowGroup([], 0), static (read, id, ref r, field) => id switch
        {
            1 => read with { Chunks = r.ReadList(field, ColumnChunk.Read) },
            3 => read with { Rows = r.ReadInt64(field) },
            _ => r.PassOver(field, read),
        });
}
