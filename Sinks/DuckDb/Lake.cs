using System.Data.Common;

using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>Reads the files of a lake without changing them. A file can be read only while no silo has it open.</summary>
/// <param name="directory">The directory that the sink writes to.</param>
public sealed class Lake(string directory)
{
    private static readonly DuckDbSinkOptions _limits = new();

    /// <summary>Lists the files with their row counts, in the order of team and schema.</summary>
    public IReadOnlyList<LakeFile> ListFiles() => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*" + LakePath.Extension, SearchOption.AllDirectories)
            .Select(Describe)
            .OfType<LakeFile>()
            .OrderBy(f => f.Group.TeamId)
            .ThenBy(f => f.Group.SchemaId, StringComparer.Ordinal)]
        : [];

    /// <summary>Counts the rows in a group's table; 0 when the group has no table yet.</summary>
    /// <param name="group">The group.</param>
    /// <exception cref="IOException">The group has no file, or the file is in use or can't be read.</exception>
    public long CountRows(GroupKey group) => Read(LakePath.Of(directory, group), session => Count(session, group));

    /// <summary>Runs a query in a group's file; its table is named like the schema. Nothing outside the file can be reached.</summary>
    /// <param name="group">The group.</param>
    /// <param name="sql">The query.</param>
    /// <exception cref="IOException">The group has no file, the file is in use or can't be read, or the query is wrong.</exception>
    public LakeRows Select(GroupKey group, string sql) => Read(
        LakePath.Of(directory, group),
        session => session.Read(SqlText.Trusted(sql), ReadRows, CancellationToken.None));

    private static LakeRows ReadRows(DbDataReader reader) => new(
        [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)],
        DuckDbSession.ReadAll<IReadOnlyList<object?>>(reader, Values));

    private static object?[] Values(DbDataReader row) =>
        [.. Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetValue(i))];

    private static LakeFile? Describe(string path)
    {
        var bytes = new FileInfo(path).Length;
        try
        {
            return Read(path, session =>
            {
                var group = session.Rows(SinkQueries.ReadGroup, r => new GroupKey(r.GetInt64(0), r.GetString(1)), CancellationToken.None)
                    .Cast<GroupKey?>()
                    .FirstOrDefault() ?? LakePath.GroupOf(path);
                return group is { } known ? new LakeFile(known, path, bytes, Count(session, known)) : null;
            });
        }
        catch (IOException)
        {
            return LakePath.GroupOf(path) is { } group ? new LakeFile(group, path, bytes, null) : null;
        }
    }

    private static long Count(DuckDbSession session, GroupKey group)
    {
        var table = LakeTable.OfGroup(group);
        return table.Exists(session, CancellationToken.None)
            ? session.Number(SqlText.Of($"SELECT count(*) FROM {table.Name}"), CancellationToken.None)
            : 0;
    }

    private static T Read<T>(string path, Func<DuckDbSession, T> read)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist: nothing was applied to this group yet.", path);
        }

        try
        {
            using var file = LakeFileSession.TryOpen(path, _limits, [], readOnly: true)
                ?? throw new IOException($"{path} is in use by this process; read it when the group is idle.");
            file.Session.Execute(SqlText.Of($"USE lake.main"));
            return read(file.Session);
        }
        catch (DuckDBException error)
        {
            throw new IOException($"{path} can't be read: {error.Message.Split('\n')[0]}", error);
        }
    }
}
