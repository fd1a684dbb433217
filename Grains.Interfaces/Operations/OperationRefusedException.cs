namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Says why the queue refused what an operator asked for. Nothing was changed.</summary>
[GenerateSerializer, Alias("batch.operation-refused")]
public sealed class OperationRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="sqlState">The refusal's SQLSTATE, OB001 and up; docs/operations.md lists them.</param>
    /// <param name="message">What was refused, why, and what to do.</param>
    public OperationRefusedException(string sqlState, string message)
        : base(message)
    {
        SqlState = sqlState;
    }

    /// <summary>Gets the refusal's SQLSTATE.</summary>
    [Id(0)] public string SqlState { get; }
}
