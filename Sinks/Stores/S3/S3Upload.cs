using Amazon.S3;
using Amazon.S3.Model;

namespace OrleansBatch.Sinks.Stores.S3;

// Brings a file of this host into the bucket: in one call, or in parts when it is large. Parts of an upload that failed are deleted.
internal sealed class S3Upload(S3Service service, S3Calls calls, string key)
{
    private const long Whole = 64 << 20;
    private const long Part = 16 << 20;

    // A bucket takes 10,000 parts.
    private const long MostParts = 9_000;

    public async Task<string?> SendAsync(string path, long length, CancellationToken cancellationToken)
    {
        if (length <= Whole)
        {
            return await calls.RunAsync(
                async attempt =>
                {
                    var request = new PutObjectRequest
                    {
                        BucketName = service.Bucket, Key = key, FilePath = path, ContentType = S3Service.ContentType,
                        UseChunkEncoding = false,
                    };
                    request.StreamTransferProgress += (_, _) => attempt.HasMoved();
                    return (await service.Client.PutObjectAsync(request, attempt.Token)).ETag;
                },
                cancellationToken);
        }

        var begun = await calls.RunAsync(
            attempt => service.Client.InitiateMultipartUploadAsync(
                new InitiateMultipartUploadRequest { BucketName = service.Bucket, Key = key }, attempt.Token),
            cancellationToken);
        try
        {
            var parts = await SendPartsAsync(path, length, begun.UploadId, cancellationToken);
            return await CompleteAsync(begun.UploadId, parts, length, cancellationToken);
        }
        catch
        {
            await AbortAsync(begun.UploadId);
            throw;
        }
    }

    private async Task<List<PartETag>> SendPartsAsync(string path, long length, string upload, CancellationToken cancellationToken)
    {
        var size = Math.Max(Part, (length / MostParts) + 1);
        var parts = new List<PartETag>();
        for (long position = 0; position < length; position += size)
        {
            var (number, begin) = (parts.Count + 1, position);
            parts.Add(await calls.RunAsync(
                async attempt =>
                {
                    var request = new UploadPartRequest
                    {
                        BucketName = service.Bucket, Key = key, UploadId = upload, PartNumber = number,
                        FilePath = path, FilePosition = begin, PartSize = Math.Min(size, length - begin), UseChunkEncoding = false,
                    };
                    request.StreamTransferProgress += (_, _) => attempt.HasMoved();
                    return new PartETag(number, (await service.Client.UploadPartAsync(request, attempt.Token)).ETag);
                },
                cancellationToken));
        }

        return parts;
    }

    // When the answer to an earlier attempt was lost, the upload is unknown by now and the object is there.
    private async Task<string?> CompleteAsync(string upload, List<PartETag> parts, long length, CancellationToken cancellationToken) =>
        await calls.RunAsync(
            async attempt =>
            {
                try
                {
                    var request = new CompleteMultipartUploadRequest
                    {
                        BucketName = service.Bucket, Key = key, UploadId = upload, PartETags = parts,
                    };
                    return (await service.Client.CompleteMultipartUploadAsync(request, attempt.Token)).ETag;
                }
                catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchUpload")
                {
                    var there = await service.Client.GetObjectMetadataAsync(service.Bucket, key, attempt.Token);
                    return there.ContentLength == length ? there.ETag : throw new IOException("The upload is gone.", error);
                }
            },
            cancellationToken);

    // An upload that can't be aborted now is left to the bucket's lifecycle rule for incomplete uploads.
    private async Task AbortAsync(string upload)
    {
        using var attempt = new S3Attempt(service.Options, CancellationToken.None);
        try
        {
            await service.Client.AbortMultipartUploadAsync(service.Bucket, key, upload, attempt.Token);
        }
        catch (Exception error) when (S3Calls.IsOfTheStore(error))
        {
        }
    }
}
