using System.Globalization;

using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.DeltaLog.Features;

// The properties of a table that say how long its log keeps what.
internal static class TableProperties
{
    // Null: applications are remembered for ever.
    public static TimeSpan? TransactionRetention(DeltaMetadata metadata) =>
        metadata.Configuration.TryGetValue("delta.setTransactionRetentionDuration", out var text) ? Interval(text) : null;

    // Null when a property can't be understood: then nothing is deleted.
    public static TimeSpan? LogRetention(DeltaMetadata metadata, TimeSpan otherwise) =>
        metadata.Configuration.TryGetValue("delta.enableExpiredLogCleanup", out var enabled)
            && "false".Equals(enabled, StringComparison.OrdinalIgnoreCase)
            ? null
            : Retention(metadata, "delta.logRetentionDuration", otherwise);

    public static TimeSpan? TombstoneRetention(DeltaMetadata metadata, TimeSpan otherwise) =>
        Retention(metadata, "delta.deletedFileRetentionDuration", otherwise);

    public static int CheckpointInterval(DeltaMetadata metadata, int otherwise) =>
        metadata.Configuration.TryGetValue("delta.checkpointInterval", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) && interval > 0
            ? interval
            : otherwise;

    private static TimeSpan? Retention(DeltaMetadata metadata, string property, TimeSpan otherwise) =>
        metadata.Configuration.TryGetValue(property, out var text) ? Interval(text) : otherwise;

    // Such as "interval 30 days" or "interval 1 week 12 hours", as Spark writes it.
    private static TimeSpan? Interval(string? text)
    {
        var words = (text ?? "").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var pairs = words.SkipWhile(w => w == "interval").ToList();
        if (pairs.Count == 0 || pairs.Count % 2 != 0)
        {
            return null;
        }

        var ticks = 0m;
        for (var i = 0; i < pairs.Count; i += 2)
        {
            if (!long.TryParse(pairs[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || Unit(pairs[i + 1]) is not { } unit)
            {
                return null;
            }

            ticks += (decimal)number * unit.Ticks;
        }

        // Enough to be for ever, and no date overflows.
        return new TimeSpan((long)Math.Min(ticks, TimeSpan.FromDays(365_000).Ticks));
    }

    private static TimeSpan? Unit(string name) => name.TrimEnd('s') switch
    {
        "week" => TimeSpan.FromDays(7),
        "day" => TimeSpan.FromDays(1),
        "hour" => TimeSpan.FromHours(1),
        "minute" => TimeSpan.FromMinutes(1),
        "second" => TimeSpan.FromSeconds(1),
        "millisecond" => TimeSpan.FromMilliseconds(1),
        "microsecond" => TimeSpan.FromMicroseconds(1),
        _ => null,
    };
}
