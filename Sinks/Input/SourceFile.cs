using Microsoft.Win32.SafeHandles;

namespace OrleansBatch.Sinks.Input;

// A file that is held open while it is judged and read, so that both see one file, whatever takes its name meanwhile.
internal sealed class SourceFile : IDisposable
{
    private const string OpenFiles = "/proc/self/fd";

    private readonly DateTime _writtenAt;

    private SourceFile(string named, string path, SafeFileHandle handle)
    {
        Named = named;
        Handle = handle;
        Length = RandomAccess.GetLength(handle);
        _writtenAt = File.GetLastWriteTimeUtc(handle);
        ReadablePath = Directory.Exists(OpenFiles) ? $"{OpenFiles}/{handle.DangerousGetHandle()}" : path;
    }

    // The name that the producer gave the file.
    public string Named { get; }

    public SafeFileHandle Handle { get; }

    public long Length { get; }

    // A path that leads to this very file as long as it is open here. Linux has such a path for each open file.
    public string ReadablePath { get; }

    public static SourceFile Open(string named, string path)
    {
        var sharing = FileShare.ReadWrite | FileShare.Delete;
        return new SourceFile(named, path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, sharing));
    }

    // Returns fewer bytes than asked for when the file ends before.
    public int Read(Span<byte> bytes, long position)
    {
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(Handle, bytes[read..], position + read) is > 0 and var more)
        {
            read += more;
        }

        return read;
    }

    // The next attempt judges the file that is there by then.
    public void RequireUnchanged()
    {
        if (RandomAccess.GetLength(Handle) != Length || File.GetLastWriteTimeUtc(Handle) != _writtenAt)
        {
            throw new IOException($"{Named} was changed while it was read; enqueue only files that nobody writes to any more.");
        }
    }

    public void Dispose() => Handle.Dispose();
}
