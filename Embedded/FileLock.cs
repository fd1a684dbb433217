namespace OrleansBatch.Embedded;

// An advisory lock on a file. The system drops the lock when its holder dies. On Unix .NET takes it with flock.
// FileShare.None is LOCK_EX, FileShare.Read is LOCK_SH, both without waiting.
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan _retryEvery = TimeSpan.FromMilliseconds(20);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    public static FileLock? TryExclusive(string path) => Try(path, FileShare.None);

    public static FileLock? TryShared(string path) => Try(path, FileShare.Read);

    public static async Task<FileLock?> ExclusiveAsync(string path, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (TryExclusive(path) is { } held)
            {
                return held;
            }

            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                return null;
            }

            await Task.Delay(_retryEvery, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileLock? Try(string path, FileShare share)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, share));
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsTaken(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}
