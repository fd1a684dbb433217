using OrleansBatch.Sinks.Stores.Local;

namespace OrleansBatch.Sinks.Stores;

/// <summary>
/// A store in a directory of this host, on a file system with hard links. Files and directories are for the silo's account alone,
/// unless others may read them. No symbolic link below the directory is followed.
/// </summary>
public sealed class DirectoryStore : IObjectStore
{
    // A directory may be taken away between the moments that it is found and used. Who takes it away does so once.
    private const int MostTries = 3;

    private readonly DirectoryRoot _root;
    private readonly string _prefix;
    private readonly TimeProvider _time;

    /// <summary>Opens a store. The directory is made when the first object comes.</summary>
    /// <param name="directory">The directory that holds all objects, absolute or relative to the current one.</param>
    /// <param name="othersMayRead">
    /// Whether new files and directories may be read by every account of the host. Default: false.
    /// A directory that is there keeps its mode.
    /// </param>
    /// <param name="time">The clock by which left-over files are old; null for the system's.</param>
    public DirectoryStore(string directory, bool othersMayRead = false, TimeProvider? time = null)
        : this(
            new DirectoryRoot(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)),
                othersMayRead ? FileAccessModes.Shared : FileAccessModes.Private),
            string.Empty,
            time ?? TimeProvider.System)
    {
    }

    private DirectoryStore(DirectoryRoot root, string prefix, TimeProvider time)
    {
        (_root, _prefix, _time) = (root, prefix, time);
        Address = Path.Join(root.Path, prefix).TrimEnd('/') is { Length: > 0 } address ? address : "/";
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public IObjectStore Below(string name) => new DirectoryStore(_root, StoreName.Join(_prefix, StoreName.Check(name)), _time);

    /// <inheritdoc/>
    public Task<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(name, content, UnixCall.TryLink, cancellationToken);

    /// <inheritdoc/>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(name, content, Replace, cancellationToken);

    /// <inheritdoc/>
    public IObjectDraft Draft(string name) => StoreCall.Run(
        _root.Path,
        () =>
        {
            var path = Locate(name);
            _root.MakeParents(path);
            if (!Directory.Exists(Path.GetDirectoryName(path)))
            {
                _root.Forget(Path.GetDirectoryName(path)!);
                _root.MakeParents(path);
            }

            return Path.Exists(path)
                ? throw new StoreException($"{path} is there already: give each file a name of its own.", StoreTrouble.Other)
                : new DirectoryDraft(_root, path);
        });

    /// <inheritdoc/>
    public Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken) =>
        ReadAsync(name, File.ReadAllBytes, cancellationToken);

    /// <inheritdoc/>
    public Task<IObjectFile?> TryFetchAsync(string name, CancellationToken cancellationToken) => ReadAsync<IObjectFile>(
        name, path => File.Exists(path) ? new LocalFile(path) : throw new FileNotFoundException(null, path), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var top = await StoreCall.Run(_root.Path, RequireThere, cancellationToken);
        StoreName.CheckPrefix(prefix);
        using var objects = new DirectoryWalk(top, prefix, startAfter, _time).Objects(cancellationToken).GetEnumerator();
        while (await StoreCall.Run(_root.Path, objects.MoveNext, cancellationToken))
        {
            yield return objects.Current;
        }

        await StoreCall.Run(_root.Path, RequireThere, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        return StoreCall.Run(
            _root.Path,
            () =>
            {
                _root.RequireThere();
                new DirectoryRemoval(_root).Remove(names.Select(Locate), cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private string Locate(string name) => _root.Locate(StoreName.Join(_prefix, StoreName.Check(name)));

    // A list that ends because the directory has gone is not a short list.
    private string RequireThere()
    {
        _root.RequireThere();
        return _root.Locate(_prefix);
    }

    private Task<bool> WriteAsync(
        string name, ReadOnlyMemory<byte> content, Func<string, string, bool> place, CancellationToken cancellationToken) => StoreCall.Run(
        _root.Path,
        () =>
        {
            for (var tries = 1; ; tries++)
            {
                var path = Locate(name);
                _root.MakeParents(path);
                try
                {
                    return WholeFile.Write(path, content.Span, _root.Modes, place);
                }
                catch (DirectoryNotFoundException) when (tries < MostTries)
                {
                    _root.Forget(Path.GetDirectoryName(path)!);
                }
            }
        },
        cancellationToken);

    private static bool Replace(string path, string name)
    {
        File.Move(path, name, overwrite: true);
        return true;
    }

    private Task<T?> ReadAsync<T>(string name, Func<string, T> read, CancellationToken cancellationToken)
        where T : class => StoreCall.Run(
        _root.Path,
        () =>
        {
            try
            {
                return read(Locate(name));
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                _root.RequireThere();
                return null;
            }
        },
        cancellationToken);
}
