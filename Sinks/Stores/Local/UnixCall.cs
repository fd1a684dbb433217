using System.Runtime.InteropServices;
using System.Text;

using Microsoft.Win32.SafeHandles;

namespace OrleansBatch.Sinks.Stores.Local;

// The calls of the operating system that the framework lacks.
internal static class UnixCall
{
    private const int NameTaken = 17;
    private const int NotPermitted = 1;
    private const int OtherDevice = 18;
    private const int TooManyLinks = 31;
    private const int NotThere = 2;

    // The numbers of "no such call" and "not supported", on Linux and on macOS.
    private static readonly int[] _unknown = [38, 95, 78, 45, 102];

    // Gives a file a second name; false when that name is taken. Of several callers at once, one succeeds.
    public static bool TryLink(string path, string name)
    {
        if (link(Bytes(path), Bytes(name)) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NameTaken => false,
            NotPermitted or OtherDevice or TooManyLinks => throw new NoHardLinksException(Error(error)),
            NotThere => throw new DirectoryNotFoundException($"{name} can't be made: its directory is gone."),
            _ when _unknown.Contains(error) => throw new NoHardLinksException(Error(error)),
            _ => throw Error(error),
        };
    }

    // Makes the names of a directory durable. A file's own fsync says nothing of its name.
    public static void SyncDirectory(string path)
    {
        const int Linux = 0x80000;
        const int MacOs = 0x1000000;
        var descriptor = open(Bytes(path), OperatingSystem.IsMacOS() ? MacOs : Linux);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error == NotThere ? new DirectoryNotFoundException($"{path} is gone.") : Error(error);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    private static IOException Error(int number) => new(Marshal.GetPInvokeErrorMessage(number), number);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int link(byte[] path, byte[] name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
}
