using System.CommandLine;
using System.Globalization;

namespace OrleansBatch.Silo.Commands.Operating;

// The beginning of the period that a verb lists: a time, or an age.
internal static class SinceOption
{
    public static Option<DateTimeOffset?> Create(string what) => new("--since")
    {
        Description = $"{what}: a time such as 2026-11-30T14:00Z, or how long ago, such as 90m, 6h or 2d.",
        HelpName = "time",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var since = Parse(text, TimeProvider.System.GetUtcNow());
            if (since is null)
            {
                result.AddError($"\"{text}\" is no time: write 2026-11-30T14:00Z, or how long ago, as in 90m, 6h or 2d.");
            }

            return since;
        },
    };

    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && text[^1] is 'm' or 'h' or 'd')
        {
            var minutes = count * (text[^1] switch { 'm' => 1L, 'h' => 60, _ => 24 * 60 });
            return minutes <= (now - DateTimeOffset.UnixEpoch).TotalMinutes ? now.AddMinutes(-minutes) : DateTimeOffset.UnixEpoch;
        }

        // A time without a zone is UTC, like every time that the verbs show.
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;
    }
}
