namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The kinds of reasons for which a sink says "not now".</summary>
public static class NotReadyCode
{
    /// <summary>No other kind fits; the sink's message tells what to do.</summary>
    public const string Other = "other";

    /// <summary>Somebody else holds the destination's file or table, such as a reader.</summary>
    public const string Locked = "locked";

    /// <summary>The destination that the queue counts as applied is missing altogether.</summary>
    public const string Missing = "missing";

    /// <summary>The destination lacks the newest batches that the queue counts as applied, as after a restore.</summary>
    public const string Behind = "behind";

    /// <summary>There is no room left where the sink writes to. All groups of this destination are concerned.</summary>
    public const string NoSpace = "no_space";

    /// <summary>
    /// The sink can't write to its destination: a lost mount, missing rights, no connection. All its groups are concerned.
    /// </summary>
    public const string Unwritable = "unwritable";

    /// <summary>There is not enough memory to begin. All groups of the silo are concerned.</summary>
    public const string NoMemory = "no_memory";

    /// <summary>No running silo can reach the batch's file. Set by the engine.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The batch waits until it can run alone on a silo. Set by the engine.</summary>
    public const string Alone = "alone";

    /// <summary>Answers whether the reason is the destination's state, which concerns all groups of the sink on that silo.</summary>
    /// <param name="code">One of the codes.</param>
    public static bool ConcernsAll(string code) => code is NoSpace or Unwritable or NoMemory;
}
