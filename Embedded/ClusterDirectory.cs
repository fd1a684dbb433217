using System.Security.Cryptography;

namespace OrleansBatch.Embedded;

// The files of one private cluster.
internal sealed class ClusterDirectory(string directory)
{
    public string Root { get; } = Path.Combine(Path.GetFullPath(directory), "postgres");

    public string Data => Path.Combine(Root, "data");

    // initdb works here and the result is renamed, so that a killed initdb leaves no half cluster.
    public string NewData => Path.Combine(Root, "data.new");

    public string Password => Path.Combine(Root, "password");

    public string Log => Path.Combine(Root, "postgres.log");

    public string Token => Path.Combine(Root, "token");

    // Every program that uses the cluster holds this lock shared. A program that gets the lock exclusively is alone.
    public string UseLock => Path.Combine(Root, "use.lock");

    // A program holds this lock exclusively while it starts, joins or leaves.
    public string StartLock => Path.Combine(Root, "start.lock");

    public string PostmasterPid => Path.Combine(Data, "postmaster.pid");

    public bool IsInitialised => File.Exists(Path.Combine(Data, "PG_VERSION"));

    public int? ReadMajor() =>
        IsInitialised && int.TryParse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim(), out var major) ? major : null;

    public string ReadPassword() =>
        File.Exists(Password)
            ? File.ReadAllText(Password).Trim()
            : throw new EmbeddedPostgresException(
                $"The password of the private Postgres is missing: restore {Password}, or delete {Root} to start with an empty database.");

    public void WriteNewPassword()
    {
        File.Delete(Password);
        WritePrivate(Password, RandomNumberGenerator.GetHexString(48, lowercase: true) + "\n");
    }

    public static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    public string LastLogLines()
    {
        if (!File.Exists(Log))
        {
            return "(it wrote no log)";
        }

        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, 4096), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return string.Join(" / ", reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));
    }
}
