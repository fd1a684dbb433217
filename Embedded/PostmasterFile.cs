using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OrleansBatch.Embedded;

// The content of postmaster.pid: https://www.postgresql.org/docs/current/storage-file-layout.html
internal sealed record PostmasterFile(int Pid, int? Port)
{
    // Returns null when there is no file. A damaged file gives pid 0.
    public static PostmasterFile? TryRead(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            return new PostmasterFile(Number(lines, 0) ?? 0, Number(lines, 3));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // After a crash the pid may belong to any other program. After a restart of a container it often does.
    public PidOwner FindOwner()
    {
        if (Pid <= 0)
        {
            return PidOwner.OtherProgram;
        }

        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) && !IsZombie()
                ? PidOwner.Postgres
                : PidOwner.OtherProgram;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or IOException)
        {
            return PidOwner.Nobody;
        }
    }

    // In a container without an init nobody reaps the killed server, and its pid never goes.
    private bool IsZombie()
    {
        var status = $"/proc/{Pid}/stat";
        return File.Exists(status) && File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }

    private static int? Number(string[] lines, int index) =>
        index < lines.Length && int.TryParse(lines[index].Trim(), CultureInfo.InvariantCulture, out var value) ? value : null;
}
