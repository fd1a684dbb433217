using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Says why a replay stands still and what frees its group: a retry does not, for the run is not unfinished.</summary>
internal static class StoppedReplay
{
    /// <summary>Writes the sentence. The remedy comes first, because a long error may be cut at its end.</summary>
    public static string Sentence(GroupKey group, string sink, LogEntry entry, string error)
    {
        var inSink = $"--sink {ShellWord.Of(sink)}";
        var again = $"The replay stopped at entry {entry.Seq}. Mend the cause and have it tried again: orleansbatch unblock "
            + $"{ShellWord.Of($"{group}")} {inSink}.";
        var without = entry.IsBatch
            ? $" Or go on without this batch: orleansbatch skip {entry.RunId} {entry.BatchIndex} {inSink} --reason \"...\"."
            : string.Empty;
        return $"{again}{without} The cause: {error}";
    }
}
