using OrleansBatch.Sinks.Stores.Local;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Stores;

/// <summary>
/// Copies of objects on this host, in a folder for the silo's account alone. What was not used for the longest time goes first,
/// and what is in use stays. The copies go with the process.
/// </summary>
public sealed class ScratchCache : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<ScratchEntry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<ScratchEntry> _newestFirst = [];
    private readonly Dictionary<string, Task> _fetching = new(StringComparer.Ordinal);
    private readonly Lazy<ScratchDirectory> _directory;
    private readonly long _limit;
    private readonly string _place;
    private long _used;

    /// <summary>Makes a cache. Its folder is made when the first copy comes.</summary>
    /// <param name="directory">The directory for the folders of this and other processes.</param>
    /// <param name="megabytes">The megabytes that the copies may take together. Files that are being written do not count.</param>
    public ScratchCache(string directory, long megabytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(megabytes, 1);
        _place = Path.GetFullPath(directory);
        _limit = megabytes << 20;
        _directory = new Lazy<ScratchDirectory>(() => StoreCall.Run(_place, () => ScratchDirectory.Open(_place)));
    }

    /// <summary>Deletes all copies.</summary>
    public void Dispose()
    {
        if (_directory.IsValueCreated)
        {
            _directory.Value.Dispose();
        }
    }

    internal string NewPath() => _directory.Value.NewPath();

    // Gives the copy of an object. The store is asked for one that is not here, and for one that may have changed.
    // Of several callers that want one object, one asks.
    internal async Task<ScratchFile?> FetchAsync(
        string key, bool mayHaveChanged, Func<string, string?, Action<long>, Task<Fetched?>> fetch, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? others;
            ScratchEntry? known;
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                _fetching.TryGetValue(key, out others);
                known = others is null ? Use(key) : null;
                if (known is not null && !mayHaveChanged)
                {
                    return new ScratchFile(this, known);
                }

                if (others is null)
                {
                    _fetching[key] = mine.Task;
                }
            }

            if (others is not null)
            {
                await others.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                return await FetchAsync(key, known, fetch);
            }
            finally
            {
                lock (_gate)
                {
                    _fetching.Remove(key);
                }

                mine.SetResult();
            }
        }
    }

    // Keeps a whole file as the copy of an object, if there is room.
    internal void Keep(string key, string path, long length, string? etag)
    {
        lock (_gate)
        {
            if (!MakeRoom(length))
            {
                ScratchDirectory.Remove(path);
                return;
            }

            _used += length;
            Add(new ScratchEntry(key, path, length, etag));
        }
    }

    internal void Drop(string key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                Take(node);
            }
        }
    }

    internal void GiveBack(ScratchEntry entry)
    {
        lock (_gate)
        {
            entry.Uses--;
            RemoveIfUnfound(entry);
        }
    }

    private async Task<ScratchFile?> FetchAsync(string key, ScratchEntry? known, Func<string, string?, Action<long>, Task<Fetched?>> fetch)
    {
        var path = NewPath();
        long reserved = 0;
        try
        {
            var fetched = await fetch(path, known?.ETag, Reserve);
            if (fetched is null)
            {
                Drop(key);
                return null;
            }

            if (fetched == Fetched.Unchanged)
            {
                (var unchanged, known) = (known!, null);
                return new ScratchFile(this, unchanged);
            }

            var entry = new ScratchEntry(key, path, fetched.Length, fetched.ETag) { Uses = 1 };
            lock (_gate)
            {
                _used += entry.Length - reserved;
                reserved = 0;
                Add(entry);
            }

            return new ScratchFile(this, entry);
        }
        catch
        {
            ScratchDirectory.Remove(path);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _used -= reserved;
            }

            if (known is not null)
            {
                GiveBack(known);
            }
        }

        // A second attempt reserves anew.
        void Reserve(long length)
        {
            lock (_gate)
            {
                _used -= reserved;
                reserved = 0;
                if (!MakeRoom(length))
                {
                    throw new StoreException(
                        $"The copies in {_place} take {_used >> 20} of {_limit >> 20} MB, all of them in use, and {(length >> 20) + 1} MB "
                        + "more are needed: raise ScratchMegabytes, and see that the disk has that much room.",
                        StoreTrouble.NoSpace);
                }

                reserved = length;
                _used += length;
            }
        }
    }

    private ScratchEntry? Use(string key)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            return null;
        }

        _newestFirst.Remove(node);
        _newestFirst.AddFirst(node);
        node.Value.Uses++;
        return node.Value;
    }

    private void Add(ScratchEntry entry)
    {
        if (_entries.TryGetValue(entry.Key, out var before))
        {
            Take(before);
        }

        _entries[entry.Key] = _newestFirst.AddFirst(entry);
    }

    private bool MakeRoom(long length)
    {
        for (var node = _newestFirst.Last; node is not null && _used + length > _limit;)
        {
            var oldest = node;
            node = node.Previous;
            if (oldest.Value.Uses == 0)
            {
                Take(oldest);
            }
        }

        return _used + length <= _limit;
    }

    private void Take(LinkedListNode<ScratchEntry> node)
    {
        _newestFirst.Remove(node);
        _entries.Remove(node.Value.Key);
        node.Value.IsFound = false;
        RemoveIfUnfound(node.Value);
    }

    private void RemoveIfUnfound(ScratchEntry entry)
    {
        if (entry is { Uses: 0, IsFound: false })
        {
            ScratchDirectory.Remove(entry.Path);
            _used -= entry.Length;
        }
    }
}
