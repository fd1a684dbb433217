using OrleansBatch.Sinks.Stores.Local;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Stores.S3;

// A file in the scratch directory that is sent when it is complete. The file then serves as the object's copy.
internal sealed class S3Draft(S3Service service, S3Calls calls, string key) : IObjectDraft
{
    private bool _complete;

    public string Path { get; } = service.Scratch.NewPath();

    public async Task<long> CompleteAsync(CancellationToken cancellationToken)
    {
        var length = StoreCall.Run(Path, () => new FileInfo(Path).Length);
        var etag = await new S3Upload(service, calls, key).SendAsync(Path, length, cancellationToken);
        _complete = true;
        service.Scratch.Keep(service.CopyOf(key), Path, length, etag);
        return length;
    }

    public void Dispose()
    {
        if (!_complete)
        {
            ScratchDirectory.Remove(Path);
        }
    }
}
