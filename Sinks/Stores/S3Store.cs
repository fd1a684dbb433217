using System.Net;
using System.Runtime.CompilerServices;

using Amazon.S3;
using Amazon.S3.Model;

using OrleansBatch.Sinks.Stores.S3;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Stores;

/// <summary>
/// A store in a bucket of S3 or of a service like it, which must respect conditional writes. <see cref="StoreProbe"/> finds that out.
/// </summary>
public sealed class S3Store : IObjectStore
{
    private readonly S3Service _service;
    private readonly S3Address _address;
    private readonly S3Calls _calls;

    /// <summary>Opens a store. No call is made before an object is asked for.</summary>
    /// <param name="address">The bucket and the prefix of all objects: s3://bucket/prefix.</param>
    /// <param name="options">The service, and how long to wait for it.</param>
    /// <param name="scratch">The copies of objects on this host. Stores may share one.</param>
    /// <exception cref="StoreException">The address or a setting can't be right.</exception>
    public S3Store(string address, S3StoreOptions options, ScratchCache scratch)
        : this(S3Address.Parse(address), null, options, scratch)
    {
    }

    private S3Store(S3Address address, S3Service? service, S3StoreOptions options, ScratchCache scratch)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scratch);
        _address = address;
        _service = service ?? new S3Service(options, scratch, address.Bucket);
        _calls = new S3Calls(Address, _service);
        S3Connection.EndpointOf(options);
    }

    /// <inheritdoc/>
    public string Address => _address.ToString();

    /// <inheritdoc/>
    public IObjectStore Below(string name) =>
        new S3Store(_address with { Prefix = Key(name) }, _service, _service.Options, _service.Scratch);

    /// <inheritdoc/>
    /// <remarks>
    /// An answer that got lost leaves it unknown whether the object was made. The next attempt may then find the name taken by its
    /// own object. Such a call throws with <see cref="StoreTrouble.Passing"/>, and the caller reads back whose object is there.
    /// </remarks>
    public async Task<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // The SDK is told to repeat nothing (S3Connection). .NET's handler repeats a request only if no byte of its body was sent.
        // So no attempt goes out that this method does not see, and "taken" is only said when all earlier attempts were refused.
        var key = Key(name);
        var unknown = false;
        var created = await _calls.RunAsync(
            async attempt =>
            {
                try
                {
                    await PutAsync(key, content, onlyIfFree: true, attempt);
                    return true;
                }
                catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    return false;
                }
                catch (Exception error) when (S3Calls.IsOfTheStore(error) && !S3Trouble.IsDefinite(error))
                {
                    unknown = true;
                    throw;
                }
            },
            cancellationToken);
        return created || !unknown ? created : throw new StoreException(
            $"{Address} did not answer whether {name} was written, and the name is taken now: read back who has it.", StoreTrouble.Passing);
    }

    /// <inheritdoc/>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var key = Key(name);
        return _calls.RunAsync(attempt => PutAsync(key, content, onlyIfFree: false, attempt), cancellationToken);
    }

    /// <inheritdoc/>
    public IObjectDraft Draft(string name) => new S3Draft(_service, _calls, Key(name));

    /// <inheritdoc/>
    public async Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken) =>
        await new S3Download(_service, _calls, Key(name)).ReadAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// A copy that is here is taken without a question if the name holds a UUID. For any other name the store says whether the copy
    /// still holds: a table may be made anew, and its checkpoints then have the names of the former ones.
    /// </remarks>
    public async Task<IObjectFile?> TryFetchAsync(string name, CancellationToken cancellationToken) =>
        await FetchAsync(name, mayHaveChanged: !UniqueName.IsOne(name), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var above = _address.KeyOf(string.Empty);
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request
            {
                BucketName = _address.Bucket,
                Prefix = above + StoreName.CheckPrefix(prefix),
                StartAfter = startAfter is null ? null : above + startAfter,
                ContinuationToken = next,
            };
            var page = await _calls.RunAsync(attempt => _service.Client.ListObjectsV2Async(request, attempt.Token), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                var name = found.Key[above.Length..];
                if (name.Length > 0 && !name.EndsWith('/') && !StoreName.IsHidden(name))
                {
                    var modified = (found.LastModified ?? default).ToUniversalTime();
                    yield return new StoredObject(name, found.Size ?? 0, new DateTimeOffset(modified));
                }
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new S3Removal(_service, _calls).RemoveAsync([.. names.Select(Key)], cancellationToken);
    }

    internal async Task<ScratchFile?> FetchAsync(string name, bool mayHaveChanged, CancellationToken cancellationToken)
    {
        var key = Key(name);
        return await _service.Scratch.FetchAsync(
            _service.CopyOf(key),
            mayHaveChanged,
            (path, etag, reserve) => new S3Download(_service, _calls, key).FetchAsync(path, etag, reserve, cancellationToken),
            cancellationToken);
    }

    // What tells an object from others of its name; null when there is none.
    internal Task<string?> TagAsync(string name, CancellationToken cancellationToken) =>
        new S3Download(_service, _calls, Key(name)).TagAsync(cancellationToken);

    private string Key(string name) => _address.KeyOf(StoreName.Check(name));

    private Task<PutObjectResponse> PutAsync(string key, ReadOnlyMemory<byte> content, bool onlyIfFree, S3Attempt attempt)
    {
        var request = new PutObjectRequest
        {
            BucketName = _address.Bucket,
            Key = key,
            InputStream = new MemoryStream(content.ToArray(), writable: false),
            ContentType = S3Service.ContentType,
            UseChunkEncoding = false,
            IfNoneMatch = onlyIfFree ? "*" : null,
        };
        return _service.Client.PutObjectAsync(request, attempt.Token);
    }
}
