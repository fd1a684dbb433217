using System.Collections.Concurrent;

namespace OrleansBatch.Sinks.Stores.Local;

// The directory that holds a store, with everything below it. The silo makes it once.
// A directory that was there and is gone is a lost mount, and is never made again: its objects would be missing.
internal sealed class DirectoryRoot(string path, FileAccessModes modes)
{
    // Directories whose own names are known to survive a power cut.
    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);
    private bool _seen = Directory.Exists(path);

    public string Path { get; } = path;

    public FileAccessModes Modes { get; } = modes;

    // The path of an object, unless a symbolic link stands on the way to it or in its place.
    public string Locate(string name)
    {
        var path = Path;
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = System.IO.Path.Join(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new StoreException(
                    $"{path} is a symbolic link, and the store in {Path} follows none: put the file or directory itself there.",
                    StoreTrouble.Other);
            }
        }

        return path;
    }

    // Makes the directories above an object, if they are not known to be there, and syncs each one's parent.
    public void MakeParents(string path)
    {
        var directory = System.IO.Path.GetDirectoryName(path)!;
        if (_durable.ContainsKey(directory))
        {
            return;
        }

        RequireThere();
        var parents = new Stack<string>();
        for (string? above = directory; above is not null && !IsSettled(above); above = System.IO.Path.GetDirectoryName(above))
        {
            parents.Push(above);
        }

        foreach (var parent in parents)
        {
            Modes.MakeDirectory(parent);
            UnixCall.SyncDirectory(System.IO.Path.GetDirectoryName(parent)!);
            _durable[parent] = true;
        }

        _seen = true;
    }

    // Somebody has removed a directory that was known to be there.
    public void Forget(string directory)
    {
        RequireThere();
        foreach (var known in _durable.Keys.Where(k => k == directory || directory.StartsWith(k + '/', StringComparison.Ordinal)))
        {
            _durable.TryRemove(known, out _);
        }
    }

    // An object that is missing with all the others is not "no such object".
    public void RequireThere()
    {
        if (Directory.Exists(Path))
        {
            _seen = true;
        }
        else if (_seen)
        {
            throw new StoreException(
                $"The directory {Path} was there and is gone: mount its disk again, or put it back.", StoreTrouble.Unwritable);
        }
    }

    // A store's own directory is the operator's, if it was there before.
    private bool IsSettled(string directory) =>
        _durable.ContainsKey(directory) || (directory.Length <= Path.Length && Directory.Exists(directory));
}
