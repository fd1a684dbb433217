using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// A disk of a few megabytes, mounted for one test. Mounting needs root, which the tests of a container have.
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string directory, int megabytes)
    {
        Directory = System.IO.Directory.CreateDirectory(directory).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Directory);
    }

    public string Directory { get; }

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Directory);

    public void Dispose() => Run("umount", "-l", Directory);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(" ", arguments)} failed; these tests need to mount a disk. {error}");
    }
}
