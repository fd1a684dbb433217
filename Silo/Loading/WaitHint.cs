using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Loading;

// The reason why a group waits, with the verb that lets the group go on where somebody must act.
internal static class WaitHint
{
    public static string Of(string state, GroupKey group, string sink, string? why)
    {
        var verb = state switch
        {
            "blocked" when why?.Contains("orleansbatch unblock", StringComparison.Ordinal) != true =>
                $"Let it go on: orleansbatch unblock {ShellWord.Of($"{group}")} --sink {ShellWord.Of(sink)}",
            "paused" => "Resume it: \"orleansbatch pauses\" has the command.",
            "forgetting" => "Nothing is done to it any more: \"orleansbatch doctor\" says what its removal waits for.",
            _ => null,
        };
        return string.Join(' ', new[] { why, verb }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
