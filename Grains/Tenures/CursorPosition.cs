namespace OrleansBatch.Grains.Tenures;

/// <summary>What the cursor says at a fetch.</summary>
/// <param name="NextSeq">The entry to work on next.</param>
/// <param name="Held">What the sink holds already.</param>
/// <param name="Attempts">How often the next entry was attempted so far.</param>
/// <param name="Losses">How often an owner was lost in the next entry so far.</param>
/// <param name="Entry">The next entry, or null when the log, or what the upstream has passed of it, ends before it.</param>
internal sealed record CursorPosition(long NextSeq, SinkPosition Held, int Attempts, int Losses, LogEntry? Entry)
{
    /// <summary>Gets what is known of the entry besides the log; null without an entry.</summary>
    public EntryStanding? Standing { get; init; }

    /// <summary>Gets the request that the replay goes back to.</summary>
    public long ReplayRequest { get; init; }

    /// <summary>Gets why the group is paused, or null.</summary>
    public string? Pause { get; init; }

    /// <summary>Gets what an operator wants at this boundary, or null.</summary>
    public DueRequest? Request { get; init; }

    public static CursorPosition Read(Row r)
    {
        var (seq, isThere) = (r.Get<long>("next_seq"), !r.IsNull("kind"));
        return new CursorPosition(
            seq, new SinkPosition(r.Get<long>("applied_seq"), r.NullOr<long>("replayed_to")), r.Get<int>("attempt"), r.Get<int>("losses"),
            isThere ? LogEntry.Read(r, seq, r.Get<string>("kind")) : null)
        {
            Standing = isThere ? EntryStanding.Read(r) : null,
            ReplayRequest = r.NullOr<long>("replay_request"),
            Pause = r.NullOr<string>("pause"),
            Request = r.IsNull("request_id") ? null : new DueRequest(r.Get<long>("request_id"), KindOf(r.Get<string>("request_kind")))
            {
                Tries = r.Get<int>("request_tries"),
            },
        };
    }

    private static RequestKind KindOf(string kind) => kind switch
    {
        "replay" => RequestKind.Replay,
        "skip" => RequestKind.Skip,
        "forget" => RequestKind.Forget,
        _ => throw new InvalidOperationException($"There is no such request: {kind}."),
    };
}

/// <summary>An operator's request that is due at this boundary.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What the operator wants.</param>
internal sealed record DueRequest(long Id, RequestKind Kind)
{
    /// <summary>Gets how often the sink has tried to forget the group.</summary>
    public int Tries { get; init; }
}

/// <summary>What an operator may ask of an owner.</summary>
internal enum RequestKind
{
    /// <summary>To pass a batch unapplied.</summary>
    Skip,

    /// <summary>To go back and apply entries again.</summary>
    Replay,

    /// <summary>To have the sink remove what it holds of the group.</summary>
    Forget,
}
