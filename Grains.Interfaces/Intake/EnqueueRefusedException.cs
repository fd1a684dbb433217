namespace OrleansBatch.Grains.Interfaces.Intake;

/// <summary>Says why the queue refused a batch or a run. Nothing was enqueued.</summary>
[GenerateSerializer, Alias("batch.enqueue-refused")]
public sealed class EnqueueRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="sqlState">The refusal's SQLSTATE, OB001 and up; the README lists them.</param>
    /// <param name="message">What was refused, why, and what to do.</param>
    public EnqueueRefusedException(string sqlState, string message)
        : base(message)
    {
        SqlState = sqlState;
    }

    /// <summary>Gets the refusal's SQLSTATE.</summary>
    [Id(0)] public string SqlState { get; }
}
