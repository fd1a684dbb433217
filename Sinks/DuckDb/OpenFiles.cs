using System.Collections.Concurrent;

namespace OrleansBatch.Sinks.DuckDb;

// The lake files that this process has open. DuckDB's own lock stops other processes only: two instances in one process would both write.
internal static class OpenFiles
{
    private static readonly ConcurrentDictionary<string, bool> _paths = new(StringComparer.Ordinal);

    public static bool TryTake(string path) => _paths.TryAdd(path, true);

    public static void GiveBack(string path) => _paths.TryRemove(path, out _);
}
