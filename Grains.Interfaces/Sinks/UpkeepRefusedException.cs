namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>The upkeep that an operator asked for can't be done, now or later. Nothing was changed.</summary>
public sealed class UpkeepRefusedException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="UpkeepRefusedException"/> class.</summary>
    /// <param name="message">Why it can't be done, and what to do.</param>
    /// <param name="innerException">What the library said, or null.</param>
    public UpkeepRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
