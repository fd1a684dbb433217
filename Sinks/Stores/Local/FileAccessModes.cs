using Microsoft.Win32.SafeHandles;

namespace OrleansBatch.Sinks.Stores.Local;

// Who may read what a store writes: the silo's account alone, or everybody.
internal sealed record FileAccessModes(UnixFileMode OfDirectories, UnixFileMode OfFiles)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static FileAccessModes Private { get; } = new(Owner | UnixFileMode.UserExecute, Owner);

    public static FileAccessModes Shared { get; } = new(
        Owner | UnixFileMode.UserExecute | Others | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute, Owner | Others);

    // The account's umask may take rights away, so the modes are set once more. A directory that is there keeps its mode.
    public void MakeDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OfDirectories);
        File.SetUnixFileMode(path, OfDirectories);
    }

    // Nobody else reads a file before it has its name.
    public static FileStream NewFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private.OfFiles;
        }

        return new FileStream(path, options);
    }

    public void Apply(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file) != OfFiles)
        {
            File.SetUnixFileMode(file, OfFiles);
        }
    }
}
