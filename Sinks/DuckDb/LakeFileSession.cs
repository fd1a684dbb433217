using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

// A group's open file, always attached under one name, so that no name of a schema can be mistaken for a catalog's.
// After that DuckDB may reach only the file, its log, its spill directory and the input roots.
internal sealed class LakeFileSession : IDisposable
{
    private LakeFileSession(string path, DuckDbSession session)
    {
        Path = path;
        Session = session;
    }

    public string Path { get; }

    public DuckDbSession Session { get; }

    // The progress that the last transaction left, or that the present one is about to write.
    // Nobody else writes a file that is open here, and any failure closes the file.
    public LakeProgress? Progress { get; set; }

    public AppliedRun? Applied { get; set; }

    public TableShapes Shapes { get; } = new();

    public LastDescription Description { get; } = new();

    // Returns null when this process has the file open already.
    public static LakeFileSession? TryOpen(
        string path, DuckDbSinkOptions options, IEnumerable<string> readable, bool readOnly, bool newerFormat = false)
    {
        path = RealPath.Of(path);
        if (!OpenFiles.TryTake(path))
        {
            return null;
        }

        DuckDbSession? session = null;
        try
        {
            session = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
            Attach(session, path, readOnly, newerFormat);
            LockDown(session, path, readable, options.MaxSpillMegabytes);
            return new LakeFileSession(path, session);
        }
        catch
        {
            session?.Dispose();
            OpenFiles.GiveBack(path);
            throw;
        }
    }

    // A new file appears under its name only when it is complete. A killed process leaves no file that can't be opened.
    public static void Create(string path, DuckDbSinkOptions options)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (var session = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads))
            {
                Attach(session, draft, readOnly: false, newerFormat: false);
                session.Execute(SinkQueries.CreateTables);
            }

            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster, and its file is as good.
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public void Dispose()
    {
        Session.Dispose();
        OpenFiles.GiveBack(Path);
    }

    // The type is named, so that no file is taken for a database of another kind. A file keeps a newer format.
    private static void Attach(DuckDbSession session, string path, bool readOnly, bool newerFormat)
    {
        var mode = SqlText.Trusted(readOnly ? ", READ_ONLY" : string.Empty);
        var format = newerFormat ? SqlText.Of($", STORAGE_VERSION {StorageFormat.Newer}") : SqlText.Trusted(string.Empty);
        session.Execute(SqlText.Of($"ATTACH {SqlText.Literal(path)} AS lake (TYPE duckdb{mode}{format})"));
    }

    private static void LockDown(DuckDbSession session, string path, IEnumerable<string> readable, long spillMegabytes)
    {
        var spill = path + ".tmp";
        var directories = readable.Append(spill).Select(d => SqlText.Literal(d.TrimEnd('/') + "/"));
        var files = new[] { path, path + ".wal" }.Select(SqlText.Literal);
        session.Execute(SqlText.Of($"SET temp_directory = {SqlText.Literal(spill)}"));
        session.Execute(SqlText.Of($"SET max_temp_directory_size = {SqlText.Literal($"{spillMegabytes}MB")}"));
        session.Execute(SqlText.Of($"SET allowed_directories = [{SqlText.Join(", ", directories)}]"));
        session.Execute(SqlText.Of($"SET allowed_paths = [{SqlText.Join(", ", files)}]"));
        session.Execute(SqlText.Of($"SET enable_external_access = false"));
        session.Execute(SqlText.Of($"SET lock_configuration = true"));
    }
}
