using OrleansBatch.Sinks.Stores.Local;

namespace OrleansBatch.Sinks.Stores.Scratch;

// This process's own folder in the scratch directory. A lock file beside it says that its process lives.
// Folders whose process is gone are emptied at the next start.
internal sealed class ScratchDirectory : IDisposable
{
    private const string LockEnding = ".lock";

    private readonly FileStream _lock;
    private long _files;

    private ScratchDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public static ScratchDirectory Open(string directory)
    {
        FileAccessModes.Private.MakeDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, "*" + LockEnding))
        {
            RemoveIfDead(left);
        }

        while (true)
        {
            var name = System.IO.Path.Join(directory, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
            if (TryHold(name + LockEnding, FileMode.CreateNew) is not { } held)
            {
                continue;
            }

            FileAccessModes.Private.MakeDirectory(name);
            return new ScratchDirectory(name, held);
        }
    }

    public string NewPath() => System.IO.Path.Join(Path, $"{Interlocked.Increment(ref _files)}");

    public void Dispose()
    {
        Remove(Path);
        File.Delete(Path + LockEnding);
        _lock.Dispose();
    }

    public static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }

    private static void RemoveIfDead(string lockFile)
    {
        using var held = TryHold(lockFile, FileMode.Open);
        if (held is not null)
        {
            Remove(lockFile[..^LockEnding.Length]);
            Remove(lockFile);
        }
    }

    // A file that is opened for one alone is locked for other processes too, until its process ends.
    private static FileStream? TryHold(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return mode == FileMode.CreateNew && !File.Exists(path) ? throw FileTrouble.Of(error, path) : null;
        }
    }
}
