using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What the cursor says at a fetch.</summary>
/// <param name="NextSeq">The entry to work on next.</param>
/// <param name="AppliedSeq">The last batch this sink really applied.</param>
/// <param name="Attempts">How often the next entry was attempted so far.</param>
/// <param name="Losses">How often an owner was lost in the next entry so far.</param>
/// <param name="Entry">The next entry, or null when the log, or what the upstream has passed of it, ends before it.</param>
internal sealed record CursorPosition(long NextSeq, long AppliedSeq, int Attempts, int Losses, LogEntry? Entry)
{
    /// <summary>Gets the last entry that the sink may hold already while the group is replayed; 0 while it is not.</summary>
    public long ReplayedTo { get; init; }

    /// <summary>Gets the request that the replay goes back to.</summary>
    public long ReplayRequest { get; init; }

    /// <summary>Gets why the group is paused, or null.</summary>
    public string? Pause { get; init; }

    /// <summary>Gets what an operator wants at this boundary, or null.</summary>
    public DueRequest? Request { get; init; }

    /// <summary>Gets a value indicating whether the entry was passed before and is passed again.</summary>
    public bool IsReplaying => ReplayedTo > 0;

    public static CursorPosition Read(NpgsqlDataReader r) =>
        new(r.GetInt64(0), r.GetInt64(1), r.GetInt32(2), r.GetInt32(3), LogEntry.Read(r))
        {
            ReplayedTo = r.NullOr<long>(25),
            ReplayRequest = r.NullOr<long>(26),
            Pause = r.NullOr<string>(27),
            Request = r.IsDBNull(28) ? null : new DueRequest(r.GetInt64(28), r.GetString(29) == "replay"),
        };
}

/// <summary>An operator's request that is due at this boundary.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsReplay">Whether it wants a replay; else it wants a batch skipped.</param>
internal sealed record DueRequest(long Id, bool IsReplay);
