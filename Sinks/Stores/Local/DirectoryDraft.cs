namespace OrleansBatch.Sinks.Stores.Local;

// A file under its final name, which nobody reads before a log names it.
internal sealed class DirectoryDraft(DirectoryRoot root, string path) : IObjectDraft
{
    private bool _complete;

    public string Path { get; } = path;

    public Task<long> CompleteAsync(CancellationToken cancellationToken) => StoreCall.Run(
        root.Path,
        () =>
        {
            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            root.Modes.Apply(file);
            RandomAccess.FlushToDisk(file);
            UnixCall.SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
            _complete = true;
            return RandomAccess.GetLength(file);
        },
        cancellationToken);

    public void Dispose()
    {
        if (_complete)
        {
            return;
        }

        try
        {
            File.Delete(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left has a name that no log mentions, and cleanup takes it.
        }
    }
}
