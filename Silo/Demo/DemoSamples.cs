using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Demo;

// The sample files, by group: samples/<team>/<schema>/NNN.parquet.
internal static class DemoSamples
{
    public static IReadOnlyList<(GroupKey Group, IReadOnlyList<string> Files)> Find(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new StartupException($"There are no samples at {directory}: name their directory with --samples.", ExitCodes.BadInput);
        }

        return
        [
            .. from path in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories)
               let parts = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar)
               where parts.Length == 2 && long.TryParse(parts[0], out _)
               let files = Directory.EnumerateFiles(path, "*.parquet").Order(StringComparer.Ordinal).ToList()
               where files.Count > 0
               orderby long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1]
               select (new GroupKey(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1]),
                   (IReadOnlyList<string>)files),
        ];
    }
}
