using System.Diagnostics;

namespace OrleansBatch.Drill.Silos;

// Starts a program, which may be the running one, as a process of its own. The words to enter a host come before the program's.
internal static class SiloProgram
{
    public static ProcessStartInfo Serve(
        string program, string directory, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> enter,
        params string[] arguments)
    {
        var self = Environment.ProcessPath;
        var isSelf = Path.GetFileNameWithoutExtension(self) == Path.GetFileNameWithoutExtension(program)
            && Path.GetDirectoryName(self) == Path.GetDirectoryName(program);
        var host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : "dotnet";
        string[] command = [.. enter, isSelf ? self! : host, .. isSelf ? [] : new[] { program }, "serve", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The caller's settings are not the drill's.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("OrleansBatch__", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
