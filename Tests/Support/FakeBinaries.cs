namespace OrleansBatch.Tests.Support;

// Shell scripts in the place of the server's binaries.
public static class FakeBinaries
{
    public static string Create(string folder, string version, string initDb = "exit 0", string pgCtl = "exit 0")
    {
        Directory.CreateDirectory(folder);
        Write(folder, "postgres", $"echo 'postgres (PostgreSQL) {version}'");
        Write(folder, "initdb", initDb);
        Write(folder, "pg_ctl", pgCtl);
        return folder;
    }

    private static void Write(string folder, string name, string script)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }
}
