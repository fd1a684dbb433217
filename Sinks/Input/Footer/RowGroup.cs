namespace OrleansBatch.Sinks.Input.Footer;

// A slice of the rows, with a chunk per leaf column.
internal sealed record RowGroup(IReadOnlyList<ColumnChunk> Chunks, long Rows)
{
    public static RowGroup Read(ref ThriftReader reader, ThriftType type)
    {
        var chunks = new List<ColumnChunk>();
        var rows = 0L;
        reader.Enter(type);
        var id = 0;
        while (reader.TryReadField(ref id, out var field))
        {
            switch (id)
            {
                case 1:
                    for (var left = reader.ReadListHeader(field, out var element); left > 0; left--)
                    {
                        chunks.Add(ColumnChunk.Read(ref reader, element));
                    }

                    break;
                case 3:
                    rows = reader.ReadInt64(field);
                    break;
                default:
                    reader.Skip(field);
                    break;
            }
        }

        reader.Leave();
        return new RowGroup(chunks, rows);
    }
}
