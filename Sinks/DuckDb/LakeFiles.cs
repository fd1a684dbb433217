using System.Collections.Concurrent;

using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// The open file of each group, from its first batch until the group is released.
internal sealed class LakeFiles(DuckDbSinkOptions options, InputRoots roots, NotReady notReady) : IDisposable
{
    private readonly ConcurrentDictionary<GroupKey, LakeFileSession> _open = new();

    public string PathOf(GroupKey group) => LakePath.Of(options.LakeDirectory, group);

    // A group that has applied something must have its file: an empty one in its place would hide the loss.
    public LakeFileSession Open(GroupKey group, long appliedSeq)
    {
        if (_open.TryGetValue(group, out var open))
        {
            return open;
        }

        var path = PathOf(group);
        if (!File.Exists(path) && appliedSeq > 0)
        {
            throw notReady.Missing(group, path, appliedSeq);
        }

        var opened = OpenOrExplain(group, path);
        _open[group] = opened;
        return opened;
    }

    public void Close(GroupKey group)
    {
        if (_open.TryRemove(group, out var open))
        {
            open.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var group in _open.Keys)
        {
            Close(group);
        }
    }

    private LakeFileSession OpenOrExplain(GroupKey group, string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                LakeFileSession.Create(path, options);
            }

            var file = LakeFileSession.TryOpen(path, options, roots.Directories, readOnly: false)
                ?? throw notReady.Locked(group, path, null);
            return Prepared(file);
        }
        catch (DuckDBException error) when (error.Message.Contains("Could not set lock", StringComparison.Ordinal))
        {
            throw notReady.Locked(group, path, error);
        }
        catch (Exception error) when (error is DuckDBException or IOException or UnauthorizedAccessException)
        {
            throw notReady.Unreadable(group, path, error);
        }
    }

    private static LakeFileSession Prepared(LakeFileSession file)
    {
        try
        {
            file.Session.Execute(SinkQueries.CreateTables);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
