using System.IO.Enumeration;

namespace OrleansBatch.Sinks.Stores.Local;

// Lists the objects below a directory in the order of their names' bytes. Symbolic links and hidden names are left out.
internal sealed class DirectoryWalk(string top, string prefix, string? startAfter, TimeProvider time)
{
    private static readonly EnumerationOptions _all = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public IEnumerable<StoredObject> Objects(CancellationToken cancellationToken) => Below(top, string.Empty, cancellationToken);

    private IEnumerable<StoredObject> Below(string directory, string above, CancellationToken cancellationToken)
    {
        foreach (var (name, isDirectory) in Entries(directory, above))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Join(top, name);
            if (isDirectory && new FileInfo(path).LinkTarget is null)
            {
                foreach (var found in Below(path, name, cancellationToken))
                {
                    yield return found;
                }
            }
            else if (!isDirectory && Describe(path, name) is { } found)
            {
                yield return found;
            }
        }
    }

    // A directory's names are compared with a slash behind them, because a slash follows in each name below it.
    private List<(string Name, bool IsDirectory)> Entries(string directory, string above)
    {
        var entries = new List<(string Name, bool IsDirectory)>();
        try
        {
            foreach (var (part, isDirectory) in new FileSystemEnumerable<(string, bool)>(
                directory, static (ref e) => (e.FileName.ToString(), e.IsDirectory), _all))
            {
                var name = StoreName.Join(above, part);
                if (part[0] == '.')
                {
                    TemporaryName.RemoveIfLeft(Path.Join(directory, part), time.GetUtcNow());
                }
                else if (isDirectory ? MayHold(name + '/') : IsListed(name))
                {
                    entries.Add((isDirectory ? name + '/' : name, isDirectory));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Removed since it was seen, with everything in it.
        }

        entries.Sort(static (x, y) => ByteOrder.Instance.Compare(x.Name, y.Name));
        return [.. entries.Select(e => (e.IsDirectory ? e.Name[..^1] : e.Name, e.IsDirectory))];
    }

    private bool IsListed(string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && (startAfter is null || ByteOrder.Instance.Compare(name, startAfter) > 0);

    private bool MayHold(string directory) =>
        (directory.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(directory, StringComparison.Ordinal))
        && (startAfter is null || startAfter.StartsWith(directory, StringComparison.Ordinal)
            || ByteOrder.Instance.Compare(directory, startAfter) > 0);

    private static StoredObject? Describe(string path, string name)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null
            ? new StoredObject(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero))
            : null;
    }
}
