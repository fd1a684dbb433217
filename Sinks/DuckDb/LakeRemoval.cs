using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// Removes the file of a group that is forgotten, and what lies beside it: its log, its spill directory, and drafts of killed processes.
// The directory of the team stays, because other groups may be about to make their files there.
internal sealed class LakeRemoval(DuckDbSinkOptions options, NotReady notReady)
{
    // A file system that ignores case gives two groups one file, and a file may have been copied: such rows are another group's.
    // What can't be read as a database has nobody's rows.
    public void RefuseOtherGroups(GroupKey group)
    {
        var path = LakePath.Of(options.LakeDirectory, group);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var file = LakeFileSession.TryOpen(path, options, [], readOnly: true) ?? throw notReady.Locked(group, path, null);
            if (GroupIn(file) is { } owner && owner != group)
            {
                throw notReady.OtherGroup(group, path, owner);
            }
        }
        catch (DuckDBException error) when (error.Message.Contains("Could not set lock", StringComparison.Ordinal))
        {
            throw notReady.Locked(group, path, error);
        }
        catch (DuckDBException)
        {
        }
    }

    // The name in the lake may be a link to the file.
    public void Remove(GroupKey group)
    {
        var path = LakePath.Of(options.LakeDirectory, group);
        try
        {
            RemoveAt(RealPath.Of(path));
            RemoveAt(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw notReady.NotRemoved(group, path, error);
        }
    }

    // The file goes last. A log without its file would be read into the next file of this name.
    private static void RemoveAt(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            return;
        }

        File.Delete(path + ".wal");
        if (Directory.Exists(path + ".tmp"))
        {
            Directory.Delete(path + ".tmp", recursive: true);
        }

        foreach (var draft in Directory.EnumerateFiles(directory, "*.new").Where(f => f.StartsWith(path + ".", StringComparison.Ordinal)))
        {
            File.Delete(draft);
        }

        File.Delete(path);
    }

    private static GroupKey? GroupIn(LakeFileSession file)
    {
        try
        {
            return file.Session.Rows(SinkQueries.ReadGroup, r => new GroupKey(r.GetInt64(0), r.GetString(1)), CancellationToken.None)
                .Cast<GroupKey?>()
                .FirstOrDefault();
        }
        catch (DuckDBException)
        {
            return null;
        }
    }
}
