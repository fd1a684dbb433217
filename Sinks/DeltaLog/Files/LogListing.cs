using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Files;

// The files of a log, from some version on, as one list of the store showed them.
internal sealed class LogListing(List<LogFile> files)
{
    public IReadOnlyList<LogFile> Files => files;

    public SortedDictionary<long, StoredObject> Commits { get; } =
        new(files.Where(f => f.Kind == LogFileKind.Commit).ToDictionary(f => f.Version, f => f.Object));

    // The newest version of which there is a commit or a checkpoint, or -1.
    public long Newest => files.Where(f => f.Kind != LogFileKind.Other).Select(f => f.Version).DefaultIfEmpty(-1).Max();

    public bool Has(long version) => files.Exists(f => f.Kind != LogFileKind.Other && f.Version == version);

    // Complete ones, the newest first.
    public IEnumerable<CheckpointFiles> Checkpoints() => files
        .Where(f => f.Kind is LogFileKind.Checkpoint or LogFileKind.CheckpointPart or LogFileKind.NamedCheckpoint)
        .GroupBy(f => (f.Version, f.Kind, f.Parts, Name: f.Kind == LogFileKind.NamedCheckpoint ? f.Object.Name : ""))
        .Where(g => g.Select(f => f.Part).Distinct().Count() == g.Key.Parts && g.All(f => f.Part >= 1 && f.Part <= g.Key.Parts))
        .Select(g => new CheckpointFiles(g.Key.Version, [.. g.OrderBy(f => f.Part).Select(f => f.Object)]))
        .OrderByDescending(c => c.Version);

    public static async Task<LogListing> ReadAsync(IObjectStore store, long from, CancellationToken cancellationToken)
    {
        var files = new List<LogFile>();
        var start = from <= 0 ? null : LogNames.Prefix(from);
        await foreach (var item in store.ListAsync(LogNames.Directory, start, cancellationToken))
        {
            // The versions come first. What follows can be long: the files of a checkpoint's parts.
            if (item.Name.Length > LogNames.Directory.Length && item.Name[LogNames.Directory.Length] is < '0' or > '9')
            {
                break;
            }

            if (LogFile.TryParse(item) is { } file)
            {
                files.Add(file);
            }
        }

        return new LogListing(files);
    }
}
