namespace OrleansBatch.Sinks.DeltaLog.Checkpoints;

// A directory for the files of one checkpoint, gone at the end.
internal sealed class ScratchDirectory : IDisposable
{
    private readonly string _path;

    public ScratchDirectory(string parent)
    {
        _path = Path.Combine(parent, $"delta-checkpoint-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_path);
    }

    public string PathOf(string name) => Path.Combine(_path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What is left is small, and the system's own cleaning takes it.
        }
    }
}
