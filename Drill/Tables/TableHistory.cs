using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Tables;

// A table from its first commit to its last, with the rows of every data file that a commit names, and the stages beside it.
internal sealed record TableHistory(GroupKey Group)
{
    public IReadOnlyList<TableVersion> Versions { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<TableRow>> Files { get; init; } = new Dictionary<string, IReadOnlyList<TableRow>>();

    public IReadOnlyList<StageHistory> Stages { get; init; } = [];

    // The files of the newest version as a reader sees them that begins with the checkpoint.
    public IReadOnlySet<string> Newest { get; init; } = new HashSet<string>();

    // Versions that are missing, and files that can't be read.
    public IReadOnlyList<string> Trouble { get; init; } = [];

    // Data files that no commit names: what killed owners have left.
    public int Orphans { get; init; }

    // The rows of each version. A file that can't be read has none here, and is among the trouble.
    public IEnumerable<(TableVersion Version, List<TableRow> Rows)> Replay()
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in Versions)
        {
            live.ExceptWith(version.Removed);
            live.UnionWith(version.Added);
            yield return (version, [.. live.SelectMany(f => Files.TryGetValue(f, out var rows) ? rows : [])]);
        }
    }

    // The files that a log names after its last commit.
    public static HashSet<string> LiveFiles(IEnumerable<TableVersion> versions)
    {
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            live.ExceptWith(version.Removed);
            live.UnionWith(version.Added);
        }

        return live;
    }
}

// The log of a full refresh that is not in place yet.
internal sealed record StageHistory(Guid Run, IReadOnlyList<TableVersion> Versions);
