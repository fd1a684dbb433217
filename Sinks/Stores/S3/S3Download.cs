using System.Net;

using Amazon.S3;
using Amazon.S3.Model;

using OrleansBatch.Sinks.Stores.Local;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Stores.S3;

// Streams an object's bytes. A connection that is cut before the last byte is an error, and the next attempt begins anew.
internal sealed class S3Download(S3Service service, S3Calls calls, string key)
{
    private const int BufferBytes = 128 * 1024;

    // Returns null when the object is missing.
    public Task<byte[]?> ReadAsync(CancellationToken cancellationToken) => calls.RunAsync(
        async attempt =>
        {
            using var answer = await TryGetAsync(null, attempt);
            if (answer is null)
            {
                return null;
            }

            var bytes = new byte[answer.ContentLength];
            using var target = new MemoryStream(bytes);
            await CopyAsync(answer, target, attempt);
            return bytes;
        },
        cancellationToken);

    // Returns null when the object is missing. The bytes are not sent when the object still is the one with the given tag.
    public Task<Fetched?> FetchAsync(
        string path, string? etag, Action<long> reserve, CancellationToken cancellationToken) => calls.RunAsync(
        async attempt =>
        {
            try
            {
                using var answer = await TryGetAsync(etag, attempt);
                if (answer is null)
                {
                    return null;
                }

                reserve(answer.ContentLength);
                await using var file = StoreCall.Run(
                    path, () => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0));
                await CopyAsync(answer, file, attempt);
                return new Fetched(answer.ContentLength, answer.ETag);
            }
            catch (AmazonS3Exception error) when (etag is not null && error.StatusCode == HttpStatusCode.NotModified)
            {
                return Fetched.Unchanged;
            }
        },
        cancellationToken);

    public Task<string?> TagAsync(CancellationToken cancellationToken) => calls.RunAsync<string?>(
        async attempt =>
        {
            try
            {
                return (await service.Client.GetObjectMetadataAsync(service.Bucket, key, attempt.Token)).ETag;
            }
            catch (AmazonS3Exception error) when (S3Trouble.IsMissing(error))
            {
                return null;
            }
        },
        cancellationToken);

    private async Task<GetObjectResponse?> TryGetAsync(string? etag, S3Attempt attempt)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = service.Bucket, Key = key, EtagToNotMatch = etag };
            return await service.Client.GetObjectAsync(request, attempt.Token);
        }
        catch (AmazonS3Exception error) when (S3Trouble.IsMissing(error))
        {
            return null;
        }
    }

    private static async Task CopyAsync(GetObjectResponse answer, Stream target, S3Attempt attempt)
    {
        var buffer = new byte[BufferBytes];
        long copied = 0;
        while (await answer.ResponseStream.ReadAsync(buffer, attempt.Token) is > 0 and var count)
        {
            copied += count;
            if (copied > answer.ContentLength)
            {
                break;
            }

            WriteLocally(target, buffer.AsSpan(0, count));
            attempt.HasMoved();
        }

        if (copied != answer.ContentLength)
        {
            throw new IOException($"The answer has {copied} of {answer.ContentLength} bytes.");
        }
    }

    // A full disk here says nothing about the store.
    private static void WriteLocally(Stream target, ReadOnlySpan<byte> bytes)
    {
        try
        {
            target.Write(bytes);
        }
        catch (IOException error)
        {
            throw FileTrouble.Of(error, target is FileStream file ? file.Name : "the scratch directory");
        }
    }
}
