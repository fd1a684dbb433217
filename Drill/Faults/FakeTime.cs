using System.Globalization;

namespace OrleansBatch.Drill.Faults;

// libfaketime shows one process another wall clock. The machine's clock stays. https://github.com/wolfcw/libfaketime
internal static class FakeTime
{
    private const string Library = "libfaketimeMT.so.1";

    // The time counts from the process's start.
    private static readonly TimeSpan _jumpsAfter = TimeSpan.FromSeconds(8);

    private static readonly string[] _folders =
        ["/usr/lib", "/usr/local/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64"];

    public static string? Find() => OperatingSystem.IsLinux()
        ? _folders.Select(f => Path.Combine(f, "faketime", Library)).FirstOrDefault(File.Exists)
        : null;

    public static string WhyNot => $"clock: not possible here, because {Library} is not installed (package faketime)";

    // The clock jumps once the silo serves.
    // Orleans numbers a silo's starts by the clock, and refuses a start that seems older than the last.
    // The clock that measures durations stays as it is, because a real one runs on when somebody sets the wall clock.
    public static IReadOnlyDictionary<string, string> Variables(string library, int hours) => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = library,
        ["FAKETIME"] = string.Create(CultureInfo.InvariantCulture, $"{hours:+0;-0}h"),
        ["FAKETIME_START_AFTER_SECONDS"] = _jumpsAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_NO_CACHE"] = "1",
    };
}
