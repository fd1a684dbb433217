namespace OrleansBatch.Contracts;

/// <summary>Says what a group does when the run fails.</summary>
public enum OnFailure
{
    /// <summary>Goes on with the next run.</summary>
    Continue,

    /// <summary>Stops until an operator lets it go on.</summary>
    Block,
}
