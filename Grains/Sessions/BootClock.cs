using System.Runtime.InteropServices;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// A clock that goes on while the machine is suspended, as the server's does. The runtime's stands still on Linux and macOS, so that an
/// owner which wakes up would believe that no time had passed. https://man7.org/linux/man-pages/man2/clock_gettime.2.html
/// </summary>
internal sealed class BootClock : TimeProvider
{
    private const int LinuxBootTime = 7;
    private const int MacMonotonicRaw = 4;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly int? _clock =
        !Environment.Is64BitProcess ? null
        : OperatingSystem.IsLinux() ? LinuxBootTime
        : OperatingSystem.IsMacOS() ? MacMonotonicRaw
        : null;

    public override long TimestampFrequency => _clock is null ? base.TimestampFrequency : NanosecondsPerSecond;

    public override long GetTimestamp()
    {
        if (_clock is not { } clock)
        {
            return base.GetTimestamp();
        }

        return ReadClock(clock, out var now) == 0
            ? (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds
            : throw new PlatformNotSupportedException($"The system has no clock {clock}, which tells the time through a suspension.");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out TimeSpec now);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
