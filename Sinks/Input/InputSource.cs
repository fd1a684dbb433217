using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Input;

// A batch's file, held open: the file itself, or the copy of an object.
internal sealed class InputSource : IDisposable
{
    private readonly S3Input? _object;
    private readonly ScratchFile? _copy;

    private InputSource(SourceFile file, S3Input? remote, ScratchFile? copy) => (File, _object, _copy) = (file, remote, copy);

    public SourceFile File { get; }

    public static InputSource Open(string named, InputRoots roots, CancellationToken cancellationToken)
    {
        if (roots.FindInS3(named) is not { } remote)
        {
            var path = roots.Confine(named);
            return Path.Exists(path)
                ? new InputSource(ParquetShape.Open(named, path), null, null)
                : throw new BatchUnreachableException($"{named} does not exist here; put the file there, or skip the batch.");
        }

        var copy = remote.Fetch(cancellationToken);
        try
        {
            return new InputSource(ParquetShape.Open(named, copy.Path), remote, copy);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    // Called before a commit: what was written to meanwhile was perhaps read half old and half new.
    public void RequireUnchanged(CancellationToken cancellationToken)
    {
        File.RequireUnchanged();
        _object?.RequireUnchanged(_copy!, cancellationToken);
    }

    public void Dispose()
    {
        File.Dispose();
        _copy?.Dispose();
    }
}
