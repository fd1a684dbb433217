using System.Collections.Concurrent;

using DuckDB.NET.Data;
using DuckDB.NET.Native;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// Holds the open file of each group, from its first batch until the group is released.
internal sealed class LakeFiles(DuckDbSinkOptions options, InputRoots roots, NotReady notReady) : IDisposable
{
    private readonly ConcurrentDictionary<GroupKey, LakeFileSession> _open = new();

    public string PathOf(GroupKey group) => LakePath.Of(options.LakeDirectory, group);

    // A group with an applied batch must have its file: an empty file in its place would hide the loss.
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

        return OpenOrExplain(group, path, newerFormat: false);
    }

    // Opens a closed file so that its format becomes the newer one with the next commit.
    public LakeFileSession OpenInNewerFormat(GroupKey group) => OpenOrExplain(group, PathOf(group), newerFormat: true);

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

    private LakeFileSession OpenOrExplain(GroupKey group, string path, bool newerFormat)
    {
        try
        {
            if (!File.Exists(path))
            {
                LakeFileSession.Create(path, options);
            }

            var file = LakeFileSession.TryOpen(path, options, roots.Directories, readOnly: false, newerFormat)
                ?? throw notReady.Locked(group, path, null);
            return _open[group] = Prepared(file);
        }
        catch (DuckDBException error) when (error.Message.Contains("Could not set lock", StringComparison.Ordinal))
        {
            throw notReady.Locked(group, path, error);
        }
        catch (Exception error) when (error is OutOfMemoryException or DuckDBException { ErrorType: DuckDBErrorType.OutOfMemory })
        {
            throw notReady.NoMemory(group, path, error);
        }
        catch (Exception error) when (error is DuckDBException or IOException or UnauthorizedAccessException)
        {
            throw DestinationTrouble.Of(error, path, notReady, group) ?? notReady.Unreadable(group, path, error);
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
