namespace OrleansBatch.Contracts;

/// <summary>Says which earlier, unfinished runs of its group a new full refresh ends.</summary>
public enum Supersede
{
    /// <summary>All of them.</summary>
    Always,

    /// <summary>Those without progress for 6 h.</summary>
    Idle,

    /// <summary>None.</summary>
    Never,
}
