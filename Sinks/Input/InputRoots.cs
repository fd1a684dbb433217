using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Input;

// The directories that batches may be read from, links followed.
// The product's own folders are never among them, even below a root, because nothing that the product writes is a batch.
internal sealed class InputRoots(IEnumerable<string> directories, IEnumerable<string> own)
{
    // The folder of the private Postgres, below the directory that it was started in.
    private const string PrivateFolder = ".orleansbatch";

    private readonly string[] _own = [.. own.Select(RealPath.Of)];
    private readonly string[] _roots = [.. directories.DefaultIfEmpty(Directory.GetCurrentDirectory()).Select(RealPath.Of)];

    public IReadOnlyList<string> Directories => _roots;

    public string Confine(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new PermanentBatchException("The batch has no usable path; enqueue it with the path of a Parquet file.");
        }

        if (path.Contains("://", StringComparison.Ordinal))
        {
            throw new PermanentBatchException($"{path} is a URL; this sink reads local files only: enqueue the path of a local copy.");
        }

        var real = RealPathOf(path);
        if (IsOwn(real))
        {
            throw new PermanentBatchException($"{path} lies in a folder that OrleansBatch writes itself; move the file to another one.");
        }

        return _roots.Any(root => RealPath.IsBelow(real, root))
            ? real
            : throw new BatchUnreachableException(
                $"{path} lies outside the directories that batches may be read from here ({string.Join(", ", _roots)}); "
                + "move the file there, or add its directory to the silo's roots (serve --roots).");
    }

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
