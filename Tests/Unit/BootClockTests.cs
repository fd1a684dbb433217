using System.Globalization;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit;

public sealed class BootClockTests
{
    [Fact]
    public void Clock_goes_on_through_a_suspension_as_the_systems_uptime_does()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The kernel counts its uptime by the boot clock: https://man7.org/linux/man-pages/man5/proc_uptime.5.html
        var before = Uptime();
        var clock = new BootClock();
        var now = TimeSpan.FromSeconds((double)clock.GetTimestamp() / clock.TimestampFrequency);

        Assert.InRange(now, before - TimeSpan.FromSeconds(0.1), Uptime() + TimeSpan.FromSeconds(0.1));
    }

    private static TimeSpan Uptime() =>
        TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
