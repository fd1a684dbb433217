using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Input;

// The directories and prefixes of S3 that batches may be read from, links followed.
// The product's own folders are never among them, even below a root, because nothing that the product writes is a batch.
internal sealed class InputRoots : IDisposable
{
    // The folder of the private Postgres, below the directory that it was started in.
    private const string PrivateFolder = ".orleansbatch";

    private readonly string[] _own;
    private readonly string[] _roots;
    private readonly string[] _ownInS3;
    private readonly S3Inputs _inS3;

    public InputRoots(InputOptions options, IEnumerable<string> own)
    {
        var places = options.InputRoots.DefaultIfEmpty(Directory.GetCurrentDirectory()).ToLookup(S3Inputs.IsOne);
        var ownPlaces = own.ToLookup(S3Inputs.IsOne);
        _own = [.. ownPlaces[false].Select(RealPath.Of)];
        _ownInS3 = [.. ownPlaces[true].Select(place => place.TrimEnd('/') + '/')];
        _roots = [.. places[false].Select(RealPath.Of)];
        _inS3 = new S3Inputs([.. places[true]], options);
    }

    // The roots as people know them.
    public IReadOnlyList<string> Places => [.. _roots, .. _inS3.Roots];

    // Where the files lie that are read: the roots on this host, and the copies of what lies elsewhere.
    public IReadOnlyList<string> Directories => [.. _roots, .. _inS3.Directories];

    // Returns null for a path of this host.
    public S3Input? FindInS3(string path) =>
        !S3Inputs.IsOne(path) ? null
        : _ownInS3.Any(place => path.StartsWith(place, StringComparison.OrdinalIgnoreCase)) ? throw Own(path)
        : _inS3.Find(path) ?? throw Outside(path);

    // Says what is wrong with the roots; null when nothing is.
    public static string? FaultIn(InputOptions options)
    {
        try
        {
            new S3Inputs([.. options.InputRoots.Where(S3Inputs.IsOne)], options).Dispose();
            return null;
        }
        catch (StoreException error)
        {
            return error.Message;
        }
    }

    public void Dispose() => _inS3.Dispose();

    public string Confine(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new PermanentBatchException("The batch has no usable path; enqueue it with the path of a Parquet file.");
        }

        if (path.Contains("://", StringComparison.Ordinal))
        {
            throw new PermanentBatchException(
                $"{path} is a URL; batches are read from files and from s3:// only: enqueue the path of a copy there.");
        }

        var real = RealPathOf(path);
        if (IsOwn(real))
        {
            throw Own(path);
        }

        return _roots.Any(root => RealPath.IsBelow(real, root))
            ? real
            : throw Outside(path);
    }

    private static PermanentBatchException Own(string path) =>
        new($"{path} lies in a folder that OrleansBatch writes itself; move the file to another one.");

    private BatchUnreachableException Outside(string path) => new(
        $"{path} lies outside the directories that batches may be read from here ({string.Join(", ", Places)}); "
        + "move the file there, or add its directory to the silo's roots (serve --roots).");

    private bool IsOwn(string real) => _own.Any(folder => RealPath.IsBelow(real, folder))
        || real.Split(Path.DirectorySeparatorChar).Contains(PrivateFolder, StringComparer.Ordinal);

    private static string RealPathOf(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException error)
        {
            throw new PermanentBatchException($"{path} can't be resolved: it is too long or its symbolic links lead in a circle.", error);
        }
    }
}
