using ParquetSharp;

namespace OrleansBatch.Sinks.Input.Values;

// Counts the values of a column that are not null, whatever their type.
internal sealed class ValueCount : IColumnReaderVisitor<long>
{
    private const int Piece = 16 * 1024;

    public long OnColumnReader<TValue>(ColumnReader<TValue> columnReader)
        where TValue : unmanaged
    {
        var values = new TValue[Piece];
        var definitions = new short[Piece];
        var repetitions = new short[Piece];
        var total = 0L;
        while (columnReader.HasNext)
        {
            if (columnReader.ReadBatch(Piece, definitions, repetitions, values, out var count) == 0)
            {
                throw new InvalidDataException("A column says that it has more values, but none comes.");
            }

            total += count;
        }

        return total;
    }
}
