using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Sinks.Stores.S3;

namespace OrleansBatch.Sinks.Input;

// The prefixes of S3 that batches may be read from, and the copies of their objects on this host.
internal sealed class S3Inputs : IDisposable
{
    private readonly List<(S3Address Address, S3Store Store)> _roots;
    private readonly ScratchCache _scratch;
    private readonly string _directory;

    public S3Inputs(IReadOnlyList<string> roots, InputOptions options)
    {
        _directory = options.ScratchDirectory;
        _scratch = new ScratchCache(options.ScratchDirectory, options.ScratchMegabytes);
        var service = options.S3 ?? new S3StoreOptions { PathStyle = options.S3PathStyle };
        _roots = [.. roots.Select(root => (S3Address.Parse(root), new S3Store(root, service, _scratch)))];
    }

    public IReadOnlyList<string> Roots => [.. _roots.Select(root => root.Store.Address)];

    public IReadOnlyList<string> Directories => _roots.Count == 0 ? [] : [RealPath.Of(_directory)];

    public static bool IsOne(string path) => path is not null && S3Address.IsOne(path);

    // Returns null when the path lies below none of the prefixes.
    public S3Input? Find(string path)
    {
        var (bucket, key) = Parse(path);
        foreach (var (address, store) in _roots)
        {
            var above = address.KeyOf(string.Empty);
            if (bucket == address.Bucket && key.Length > above.Length && key.StartsWith(above, StringComparison.Ordinal))
            {
                return new S3Input(path, store, key[above.Length..]);
            }
        }

        return null;
    }

    public void Dispose() => _scratch.Dispose();

    // The rules for names keep a path from climbing out of a prefix.
    private static S3Address Parse(string path)
    {
        try
        {
            return S3Address.Parse(path);
        }
        catch (StoreException error)
        {
            throw new PermanentBatchException($"The batch's path is not one of S3: {error.Message} Enqueue it with a path that is.", error);
        }
    }
}
