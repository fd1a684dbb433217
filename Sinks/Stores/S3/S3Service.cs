using Amazon.S3;

namespace OrleansBatch.Sinks.Stores.S3;

// What all stores of one bucket share: the client, the settings, and the copies on this host.
internal sealed class S3Service(S3StoreOptions options, ScratchCache scratch, string bucket)
{
    // The client is made at the first call, because it asks for credentials and may find none.
    private readonly Lazy<AmazonS3Client> _client = new(() => S3Connection.Open(options), LazyThreadSafetyMode.PublicationOnly);

    public string Bucket { get; } = bucket;

    public AmazonS3Client Client => _client.Value;

    public S3StoreOptions Options { get; } = options;

    public ScratchCache Scratch { get; } = scratch;

    // Two services may have buckets of one name.
    public string CopyOf(string key) => $"{S3Connection.EndpointOf(Options)} {Bucket}/{key}";
}
