using System.Net;

using Amazon.S3;
using Amazon.S3.Model;

namespace OrleansBatch.Sinks.Stores.S3;

// Deletes objects a thousand at a time, and one by one where the store does not take such calls, or fails at some of them.
internal sealed class S3Removal(S3Service service, S3Calls calls)
{
    private const int MostAtOnce = 1_000;

    public async Task RemoveAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(MostAtOnce))
        {
            foreach (var left in some.Length == 1 ? some : await TogetherAsync(some, cancellationToken))
            {
                await calls.RunAsync(
                    attempt => service.Client.DeleteObjectAsync(
                        new DeleteObjectRequest { BucketName = service.Bucket, Key = left }, attempt.Token),
                    cancellationToken);
            }

            foreach (var key in some)
            {
                service.Scratch.Drop(service.CopyOf(key));
            }
        }
    }

    // Returns those that are left.
    private Task<IEnumerable<string>> TogetherAsync(string[] keys, CancellationToken cancellationToken) => calls.RunAsync(
        async attempt =>
        {
            try
            {
                var request = new DeleteObjectsRequest
                {
                    BucketName = service.Bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = key })],
                };
                await service.Client.DeleteObjectsAsync(request, attempt.Token);
                return [];
            }
            catch (DeleteObjectsException error)
            {
                return error.Response?.DeleteErrors is { Count: > 0 } errors ? errors.Select(e => e.Key) : keys;
            }
            catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented)
            {
                return keys.AsEnumerable();
            }
        },
        cancellationToken);
}
