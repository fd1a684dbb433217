using System.Runtime.InteropServices;

namespace OrleansBatch.Drill.Silos;

internal static class Signals
{
    // The numbers of SIGSTOP on macOS and on Linux.
    private static readonly int _stop = OperatingSystem.IsMacOS() ? 17 : 19;

    private const int Term = 15;

    public static void Terminate(int process) => _ = kill(process, Term);

    public static void Stop(int process) => _ = kill(process, _stop);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
