namespace OrleansBatch.Tests.Support;

// Every user may enter the directory, unlike that of Directory.CreateTempSubdirectory.
public sealed class TempDirectory : IDisposable
{
    public TempDirectory(string prefix = "orleansbatch-test-")
    {
        Path = Directory.CreateTempSubdirectory(prefix).FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
        }
    }

    public string Path { get; }

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
