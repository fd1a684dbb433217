namespace OrleansBatch.Sinks.Stores.Local;

internal sealed class LocalFile(string path) : IObjectFile
{
    public string Path { get; } = path;

    public void Dispose()
    {
        // The file stays where it is.
    }
}
