using System.Runtime.InteropServices;

using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Judgement;

using ParquetSharp;

namespace OrleansBatch.Sinks.Input.Values;

// DuckDB reads these columns wrong without a word:
// - timestamps and times in UTC in nanoseconds, and timestamps of 96 bits, are cut to microseconds;
// - timestamps of 96 bits may overflow;
// - columns without a type are read as nulls.
// Only the stored values show whether anything is lost. Another library decodes them, for these columns alone.
internal static class FineTimes
{
    private const int Piece = 16 * 1024;

    public static void Check(SourceFile file, ParquetSchema schema, LossReport report, CancellationToken cancellationToken)
    {
        var fine = LeavesOf(schema);
        if (fine.Count == 0 || schema.RowCount == 0)
        {
            return;
        }

        try
        {
            using var stream = new FileStream(file.ReadablePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new ParquetFileReader(stream);
            for (var i = 0; i < schema.Footer.RowGroups.Count; i++)
            {
                using var group = reader.RowGroup(i);
                foreach (var leaf in fine)
                {
                    using var column = group.Column(leaf);
                    if (schema.Leaves[leaf].IsUntyped && column.Apply(new ValueCount()) > 0)
                    {
                        throw BadFile.Untyped(file.Named, schema.Leaves[leaf]);
                    }

                    Check(column, schema.Leaves[leaf], report, cancellationToken);
                }
            }
        }
        catch (Exception error) when (error is ParquetException or ArgumentException or InvalidDataException)
        {
            throw BadFile.Damaged(file.Named, "its rows can't be decoded", error);
        }
    }

    // The leaf columns that may lose digits.
    public static IReadOnlyList<int> LeavesOf(ParquetSchema schema) =>
        [.. Enumerable.Range(0, schema.Leaves.Count).Where(i => MayLose(schema.Leaves[i]))];

    private static bool MayLose(SchemaNode leaf) => leaf.IsUntyped || leaf.IsVariantValue || FineTime.Is(leaf.Element);

    private static void Check(ColumnReader column, SchemaNode leaf, LossReport report, CancellationToken cancellationToken)
    {
        switch (column)
        {
            case ColumnReader<Int96> int96:
                Read(int96, value => report.Add(leaf, FineTime.Of(value)), cancellationToken);
                break;
            case ColumnReader<long> int64:
                var isTime = leaf.Element.Logical?.Kind == LogicalKind.Time;
                Read(int64, value => report.Add(leaf, new FineTime(value, isTime)), cancellationToken);
                break;
            case ColumnReader<ByteArray> bytes:
                Read(bytes, value => VariantTimes.In(BytesOf(value)).ForEach(time => report.Add(leaf, time)), cancellationToken);
                break;
            default:
                break;
        }
    }

    private static void Read<T>(ColumnReader<T> column, Action<T> judge, CancellationToken cancellationToken)
        where T : unmanaged
    {
        var values = new T[Piece];
        var definitions = new short[Piece];
        var repetitions = new short[Piece];
        while (column.HasNext)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (column.ReadBatch(Piece, definitions, repetitions, values, out var count) == 0)
            {
                throw new InvalidDataException("A column says that it has more values, but none comes.");
            }

            for (var i = 0; i < count; i++)
            {
                judge(values[i]);
            }
        }
    }

    private static byte[] BytesOf(ByteArray value)
    {
        var bytes = new byte[value.Length];
        if (bytes.Length > 0)
        {
            Marshal.Copy(value.Pointer, bytes, 0, bytes.Length);
        }

        return bytes;
    }
}
