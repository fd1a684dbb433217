using System.CommandLine;
using System.Globalization;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Commands;

// How long serve waits for a database that is away or full.
internal static class WaitOption
{
    private const string Forever = "forever";

    private static readonly TimeSpan _ofPeople = TimeSpan.FromSeconds(10);

    public static Option<TimeSpan> Create() => new("--wait")
    {
        Description = $"Seconds to wait for a database that is away, full or locked, or {Forever}; default: {Forever} under a supervisor, "
            + $"else {_ofPeople.TotalSeconds:0}.",
        HelpName = "seconds",
        DefaultValueFactory = _ => Supervisor.IsThere ? Timeout.InfiniteTimeSpan : _ofPeople,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == Forever)
            {
                return Timeout.InfiniteTimeSpan;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(seconds);
            }

            result.AddError($"--wait takes a number of seconds, or {Forever}: \"{text}\" is neither.");
            return default;
        },
    };
}
