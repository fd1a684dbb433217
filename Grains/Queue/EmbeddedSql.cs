using System.Reflection;

namespace OrleansBatch.Grains.Queue;

/// <summary>Reads the SQL files that are embedded in this assembly.</summary>
internal static class EmbeddedSql
{
    private static readonly Assembly Source = typeof(EmbeddedSql).Assembly;

    public static IEnumerable<string> Names(string prefix) =>
        Source.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static string Read(string name)
    {
        using var stream = Source.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The SQL file {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
