namespace OrleansBatch.Sinks.Stores.Local;

// Tells the operating system's errors apart, and says of each what to do.
internal static class FileTrouble
{
    // No space, quota exceeded on Linux and on macOS, file too large.
    private static readonly int[] _full = [28, 122, 69, 27];

    // Interrupted, try again, no memory, too many open files in the system and in the process, timed out.
    private static readonly int[] _passing = [4, 11, 12, 23, 24, 110];

    public static StoreException Of(Exception error, string root) => error switch
    {
        StoreException known => known,
        NoHardLinksException => new StoreException(
            $"The file system of {root} has no hard links, by which a store tells that a name was free ({error.Message}): "
            + "use a directory of ext4, XFS, Btrfs, ZFS, APFS or NFS.",
            StoreTrouble.Unfit,
            error),
        PathTooLongException => new StoreException($"A name below {root} is too long for its file system.", StoreTrouble.Other, error),
        IOException { HResult: var number } when _full.Contains(number) => new StoreException(
            $"The disk that holds {root} is full: make room there.", StoreTrouble.NoSpace, error),
        IOException { HResult: var number } when _passing.Contains(number) => new StoreException(
            $"{root} can't be used at this moment: {error.Message}", StoreTrouble.Passing, error),
        _ => new StoreException(
            $"{root} can't be used: {error.Message} "
            + "Check that its disk is mounted, writable and sound, and that the silo's account may write there.",
            StoreTrouble.Unwritable,
            error),
    };

    public static bool IsOfTheSystem(Exception error) => error is IOException or UnauthorizedAccessException or StoreException;
}
