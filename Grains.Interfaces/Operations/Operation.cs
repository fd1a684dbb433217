namespace OrleansBatch.Grains.Interfaces.Operations;

/// <summary>
/// A change that an operator asks for, by <see cref="IBatchQueueGrain.OperateAsync{T}"/>. This namespace has a record for each operation.
/// </summary>
/// <remarks>
/// A refused operation throws an <see cref="OperationRefusedException"/> that says why, and changes nothing. What has changed is on record
/// with the operator and the reason.
/// </remarks>
/// <typeparam name="TResult">The type of the result.</typeparam>
[GenerateSerializer, Immutable, Alias("batch.operation`1")]
public abstract record Operation<TResult>
{
    // Nothing else may be sent to the queue under the name of an operation.
    private protected Operation()
    {
    }

    internal abstract OperationCall Call { get; }
}
