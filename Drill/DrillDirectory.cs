namespace OrleansBatch.Drill;

// The directory of one drill or bench. Every user may enter it, because Postgres never runs as root.
internal sealed class DrillDirectory : IDisposable
{
    private DrillDirectory(string path, bool keep) => (Path, Keep) = (path, keep);

    public string Path { get; }

    public bool Keep { get; }

    public static DrillDirectory Make(bool keep, string prefix = "orleansbatch-drill-", string? parent = null)
    {
        var path = parent is null
            ? Directory.CreateTempSubdirectory(prefix).FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), $"{prefix}{Guid.NewGuid():N}")).FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return new DrillDirectory(path, keep);
    }

    public void Dispose()
    {
        if (!Keep)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
