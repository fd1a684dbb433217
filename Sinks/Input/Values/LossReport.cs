using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Values;

// Judges the fine times of a file one by one: counts those that lose digits, or refuses the file at the first.
internal sealed class LossReport(string named, Batch batch)
{
    public long ValuesRounded { get; private set; }

    public void Add(SchemaNode leaf, FineTime time)
    {
        if (time.IsBeyond)
        {
            throw BadFile.Lossy(
                named,
                $"column {leaf.Path} has {time}, which is beyond what a timestamp in microseconds can hold",
                "write it again without that value");
        }

        if (!time.LosesDigits)
        {
            return;
        }

        var what = $"column {leaf.Path} has {time} UTC, and no digit below the microsecond can be stored";
        if (IsSequence(leaf))
        {
            throw BadFile.Lossy(named, $"{what}; a sequence is never rounded", "write it in microseconds");
        }

        if (IsKey(leaf))
        {
            throw BadFile.Lossy(named, $"{what}; a primary key is never rounded", "write it in microseconds");
        }

        if (batch.Lossy != LossRule.Round)
        {
            throw BadFile.Lossy(named, what, "write it in microseconds, or accept the loss for the whole run: load --lossy round");
        }

        ValuesRounded++;
    }

    private bool IsSequence(SchemaNode leaf) =>
        batch.Cdc is { } cdc && TableColumn.Fold(cdc.Sequence) == TableColumn.Fold(leaf.Column.Element.Name);

    private bool IsKey(SchemaNode leaf) =>
        batch.PrimaryKeys.Any(key => TableColumn.Fold(key) == TableColumn.Fold(leaf.Column.Element.Name));
}
