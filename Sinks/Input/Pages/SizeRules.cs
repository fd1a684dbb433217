using System.Globalization;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Judgement;

namespace OrleansBatch.Sinks.Input.Pages;

// Bounds the decoded size of one file: a file of a few kilobytes can hold a hundred million rows.
internal sealed class SizeRules(string named, InputOptions options)
{
    private const long Megabyte = 1024 * 1024;

    private long MaxBytes => options.MaxDecodedMegabytes * Megabyte;

    // The footer is judged before any page is looked at.
    public void CheckFooter(ParquetSchema schema)
    {
        if (schema.RowCount > options.MaxRows)
        {
            throw new PermanentBatchException(
                $"{named} has {Grouped(schema.RowCount)} rows, and a batch may have {Grouped(options.MaxRows)} (MaxRows); "
                + "write it as several files, or raise the bound.");
        }

        var bytes = schema.Footer.RowGroups.Sum(group => group.Chunks.Sum(chunk => Math.Max(0, chunk.UncompressedBytes)));
        if (bytes > MaxBytes)
        {
            throw TooLarge(bytes);
        }
    }

    // The pages are judged by their sizes. The lengths of values are read only where a bound is too large.
    public void CheckPages(
        ParquetSchema schema, DecodedSize[] sizes, DuckDbSession session, SqlText rows, CancellationToken cancellationToken)
    {
        var bytes = sizes.Sum(size => size.Certain);
        if (bytes > MaxBytes)
        {
            throw TooLarge(bytes);
        }

        var possible = sizes.Aggregate((UInt128)bytes, (sum, size) => sum + size.Possible);
        if (possible <= (UInt128)MaxBytes)
        {
            return;
        }

        var repeating = schema.Leaves.Zip(sizes).Where(pair => pair.Second.Possible > 0);
        var names = repeating.Select(pair => pair.First.Column.Element.Name).Distinct();
        foreach (var name in names)
        {
            var column = SqlText.Identifier(name);
            bytes += session.Number(
                SqlText.Of($"SELECT coalesce(sum(strlen({column}::VARCHAR)), 0)::BIGINT FROM {rows}"), cancellationToken);
            if (bytes > MaxBytes)
            {
                throw TooLarge(bytes);
            }
        }
    }

    private PermanentBatchException TooLarge(long bytes) => new(
        $"{named} unfolds into {Grouped(bytes / Megabyte)} MB or more, and a batch may have {Grouped(options.MaxDecodedMegabytes)} MB "
        + "(MaxDecodedMegabytes); write it as several files, or raise the bound.");

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
