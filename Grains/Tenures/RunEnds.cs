using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Translates between the end of a run as a sink is told it and the state that the run has in the sink after it.</summary>
internal static class RunEnds
{
    public static string? StateAfter(RunEnd? end) => end switch
    {
        null => null,
        RunEnd.Sealed => "succeeded",
        RunEnd.Failed => "failed",
        RunEnd.Cancelled => "cancelled",
        RunEnd.Superseded => "superseded",
        _ => "stranded",
    };

    public static RunEnd? Of(string? state) => state switch
    {
        "succeeded" => RunEnd.Sealed,
        "failed" => RunEnd.Failed,
        "cancelled" => RunEnd.Cancelled,
        "superseded" => RunEnd.Superseded,
        "stranded" => RunEnd.Stranded,
        _ => null,
    };
}
