namespace OrleansBatch.Sinks.Stores.Local;

// Deletes objects, and the directories that become empty by it: a store has no directories of its own.
internal sealed class DirectoryRemoval(DirectoryRoot root)
{
    public void Remove(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                File.Delete(path);
                changed.Add(Path.GetDirectoryName(path)!);
            }
            catch (DirectoryNotFoundException)
            {
                // So the object is not there either.
            }
        }

        foreach (var directory in changed)
        {
            Settle(directory);
        }
    }

    // The deepest directory that stays is synced.
    private void Settle(string directory)
    {
        while (directory.Length > root.Path.Length && TryRemove(directory))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        try
        {
            UnixCall.SyncDirectory(directory);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else has removed it meanwhile.
        }
    }

    private bool TryRemove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: false);
            root.Forget(directory);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error is DirectoryNotFoundException;
        }
    }
}
