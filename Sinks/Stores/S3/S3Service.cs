using Amazon.S3;

namespace OrleansBatch.Sinks.Stores.S3;

// What all stores of one bucket share: the client, the settings, and the copies on this host.
internal sealed class S3Service(S3StoreOptions options, ScratchCache scratch, string bucket)
{
    public const string ContentType = "application/octet-stream";

    private readonly Lock _opening = new();
    private volatile AmazonS3Client? _client;

    public string Bucket { get; } = bucket;

    // The client is made at the first call, because it asks for credentials and may find none.
    public AmazonS3Client Client
    {
        get
        {
            if (_client is { } open)
            {
                return open;
            }

            lock (_opening)
            {
                return _client ??= S3Connection.Open(Options);
            }
        }
    }

    public S3StoreOptions Options { get; } = options;

    public ScratchCache Scratch { get; } = scratch;

    // The next call reads the credentials anew. Calls under way keep their client, which holds nothing that must be closed.
    public void ForgetCredentials() => _client = null;

    // Two services may have buckets of one name.
    public string CopyOf(string key) => $"{S3Connection.EndpointOf(Options)} {Bucket}/{key}";
}
