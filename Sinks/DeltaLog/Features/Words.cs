namespace OrleansBatch.Sinks.DeltaLog.Features;

internal static class Words
{
    public static string List(IReadOnlyCollection<string> names, string noun) =>
        $"{noun}{(names.Count == 1 ? "" : "s")} {string.Join(", ", names.Order(StringComparer.Ordinal))}";
}
