namespace OrleansBatch.Tests.Upgrade;

// What is left to do in each group of a released dump, once operators have done what they must: the seqs in the order in which the sink
// gets them. build/released makes the groups, and names each for its state.
internal static class LeftWork
{
    // Probe: what the silo of the earlier version had not passed. Mirror follows it, and had passed no more than the first entry of done.
    public static readonly IReadOnlyDictionary<string, (long[] Probe, long[] Mirror)> Groups = new Dictionary<string, (long[], long[])>
    {
        ["done"] = ([4, 5], [2, 3, 4, 5]),
        ["open"] = ([3], [1, 2, 3]),
        ["open_refresh"] = ([3], [1, 2, 3]),
        ["sealed"] = ([], [1, 2]),
        ["sealed_waiting"] = ([1], [1]),
        ["waiting"] = ([1, 2], [1, 2]),

        // The claim is found unfinished, and its batch applied again.
        ["claimed"] = ([3, 4], [1, 2, 3, 4]),
        ["not_ready"] = ([1, 2], [1, 2]),
        ["retrying"] = ([2, 3], [1, 2, 3]),
        ["origin"] = ([2], [1, 2]),

        // A run that has ended is skipped, as far as a sink has not got.
        ["stranded"] = ([], []),
        ["stranded_waiting"] = ([], []),
        ["cancelled"] = ([], []),
        ["cancelled_waiting"] = ([], []),
        ["superseded"] = ([], [3]),
        ["superseded_waiting"] = ([4], [4]),

        // A follower gets what its upstream applied.
        ["failed"] = ([], [1]),
        ["blocked"] = ([3, 4], [3, 4]),
        ["retried"] = ([], []),
        ["retry_waiting"] = ([3], [1, 3]),
        ["skipped"] = ([], [1, 3]),
        ["skip_asked"] = ([1, 3], [1, 3]),

        // The first entry was applied again before the silo was killed.
        ["replaying"] = ([2], [1, 2]),
        ["replay_asked"] = ([1, 2], [1, 2]),
        ["paused"] = ([1, 2], [1, 2]),
        ["paused_team"] = ([1, 2], [1, 2]),
    };

    // What each run that was not over comes to in the probe.
    public static readonly IReadOnlyDictionary<string, string> Runs = new Dictionary<string, string>
    {
        ["done"] = "succeeded",
        ["done after"] = "succeeded",
        ["open"] = "succeeded",
        ["open_refresh"] = "succeeded",
        ["sealed_waiting"] = "succeeded",
        ["waiting"] = "succeeded",
        ["claimed"] = "succeeded",
        ["not_ready"] = "succeeded",
        ["retrying"] = "succeeded",
        ["origin"] = "succeeded",
        ["stranded_waiting"] = "stranded",
        ["cancelled_waiting"] = "cancelled",
        ["superseded_waiting"] = "superseded",
        ["superseding_waiting"] = "succeeded",
        ["blocked"] = "failed",
        ["blocked after"] = "succeeded",
        ["retry_waiting"] = "failed",
        ["retry_waiting again"] = "succeeded",
        ["skip_asked"] = "succeeded",
        ["replaying"] = "succeeded",
        ["paused"] = "succeeded",
        ["paused_team"] = "succeeded",
    };
}
