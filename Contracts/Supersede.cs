namespace OrleansBatch.Contracts;

/// <summary>Says which earlier, unfinished runs of its group a new full refresh ends.</summary>
public enum Supersede
{
    /// <summary>Ends all earlier unfinished runs.</summary>
    Always,

    /// <summary>Ends earlier runs without progress for 6 h.</summary>
    Idle,

    /// <summary>Ends no earlier run.</summary>
    Never,
}
