using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Judgement;

using ParquetSharp;

namespace OrleansBatch.Sinks.Input.Values;

// DuckDB cuts timestamps and times in UTC that are stored in nanoseconds, and timestamps of 96 bits, to microseconds without a word, and lets
// those of 96 bits overflow. Whether that loses anything is seen only in the stored values, which another library decodes: of these
// columns and no others.
internal sealed class FineTimes(SourceFile file, ParquetSchema schema, Batch batch)
{
    private const int Piece = 16 * 1024;

    // The number of values that lose digits, all of which the run accepts.
    public long Check(CancellationToken cancellationToken)
    {
        var fine = Enumerable.Range(0, schema.Leaves.Count).Where(i => FineTime.Is(schema.Leaves[i].Element)).ToList();
        if (fine.Count == 0 || schema.Footer.Rows == 0)
        {
            return 0;
        }

        try
        {
            using var stream = new FileStream(file.ReadablePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new ParquetFileReader(stream);
            return fine.Sum(leaf => CheckLeaf(reader, leaf, cancellationToken));
        }
        catch (ParquetException error)
        {
            throw BadFile.Damaged(file.Named, "its rows can't be decoded", error);
        }
    }

    private long CheckLeaf(ParquetFileReader reader, int leaf, CancellationToken cancellationToken)
    {
        var lost = 0L;
        var node = schema.Leaves[leaf];
        for (var i = 0; i < schema.Footer.RowGroups.Count; i++)
        {
            using var group = reader.RowGroup(i);
            using var column = group.Column(leaf);
            lost += column switch
            {
                ColumnReader<Int96> int96 => CheckValues(node, int96, FineTime.Of, cancellationToken),
                ColumnReader<long> int64 => CheckValues(node, int64, Read, cancellationToken),
                _ => 0,
            };
        }

        return lost;

        FineTime Read(long value) => new(value, node.Element.Logical?.Kind == LogicalKind.Time);
    }

    private long CheckValues<T>(SchemaNode leaf, ColumnReader<T> column, Func<T, FineTime> read, CancellationToken cancellationToken)
        where T : unmanaged
    {
        var values = new T[Piece];
        var definitions = new short[Piece];
        var repetitions = new short[Piece];
        var lost = 0L;
        while (column.HasNext)
        {
            cancellationToken.ThrowIfCancellationRequested();
            column.ReadBatch(Piece, definitions, repetitions, values, out var count);
            for (var i = 0; i < count; i++)
            {
                lost += Loses(leaf, read(values[i])) ? 1 : 0;
            }
        }

        return lost;
    }

    private bool Loses(SchemaNode leaf, FineTime time)
    {
        if (time.IsBeyond)
        {
            throw BadFile.Lossy(
                file.Named,
                $"column {leaf.Path} has {time}, which is beyond what a timestamp in microseconds can hold",
                "write it again without that value");
        }

        if (!time.LosesDigits)
        {
            return false;
        }

        var what = $"column {leaf.Path} has {time} UTC, and no digit below the microsecond can be stored";
        return IsKey(leaf) ? throw BadFile.Lossy(file.Named, $"{what}; a primary key is never rounded", "write it in microseconds")
            : batch.Lossy == LossRule.Round ? true
            : throw BadFile.Lossy(file.Named, what, "write it in microseconds, or accept the loss for the whole run: load --lossy round");
    }

    private bool IsKey(SchemaNode leaf) =>
        batch.PrimaryKeys.Any(key => TableColumn.Fold(key) == TableColumn.Fold(leaf.Column.Element.Name));
}
