using System.Diagnostics;

namespace OrleansBatch.Silo.Drill.Silos;

// Starts this program again, or that of an earlier version, as a process of its own.
internal static class SiloProgram
{
    public static ProcessStartInfo Serve(
        string directory, IReadOnlyDictionary<string, string> environment, string[] arguments, string? earlier = null)
    {
        var assembly = earlier ?? typeof(SiloProgram).Assembly.Location;
        var self = Environment.ProcessPath;
        var isProgram = earlier is null && Path.GetFileNameWithoutExtension(self) == Path.GetFileNameWithoutExtension(assembly);
        var host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? self! : "dotnet";
        var start = new ProcessStartInfo(isProgram ? self! : host, [.. isProgram ? [] : new[] { assembly }, "serve", .. arguments])
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
