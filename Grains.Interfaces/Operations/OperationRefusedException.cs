namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>Says why the queue refused an operation. Nothing was changed.</summary>
[GenerateSerializer, Alias("batch.operation-refused")]
public sealed class OperationRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="sqlState">The refusal's SQLSTATE: OB001 and up. The page docs/refusals.md of the repository lists all of them.</param>
    /// <param name="message">The refusal, its reason, and its remedy, in sentences for people.</param>
    public OperationRefusedException(string sqlState, string message)
        : base(message)
    {
        SqlState = sqlState;
    }

    /// <summary>Gets the refusal's SQLSTATE.</summary>
    [Id(0)] public string SqlState { get; }
}
