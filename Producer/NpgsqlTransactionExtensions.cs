using Npgsql;

namespace OrleansBatch.Producer;

/// <summary>Enqueues in a transaction of the caller's, over its connection: see <see cref="NpgsqlConnectionExtensions"/>.</summary>
public static class NpgsqlTransactionExtensions
{
    /// <summary>Enqueues one batch and returns its seq, which is final when the transaction commits.</summary>
    /// <exception cref="EnqueueRefusedException">The batch was refused, and the transaction with it; the message says why.</exception>
    public static Task<long> EnqueueAsync(
        this NpgsqlTransaction transaction, EnqueueRequest request, CancellationToken cancellationToken = default) =>
        ConnectionOf(transaction).EnqueueAsync(request, cancellationToken);

    /// <summary>Enqueues all batches or none, and returns their seqs in the order given.</summary>
    /// <exception cref="EnqueueRefusedException">A batch was refused, and the transaction with it; the message says why.</exception>
    public static Task<IReadOnlyList<long>> EnqueueManyAsync(
        this NpgsqlTransaction transaction, IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken = default) =>
        ConnectionOf(transaction).EnqueueManyAsync(requests, cancellationToken);

    /// <summary>Seals a run without further data and returns the seq of the entry that ends it.</summary>
    /// <exception cref="EnqueueRefusedException">The run is unknown or has ended otherwise, and the transaction with it.</exception>
    public static Task<long> SealRunAsync(this NpgsqlTransaction transaction, Guid runId, CancellationToken cancellationToken = default) =>
        ConnectionOf(transaction).SealRunAsync(runId, cancellationToken);

    private static NpgsqlConnection ConnectionOf(NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        // Throws when the transaction is over. Its connection is still there then, and would take the call by itself.
        _ = transaction.IsolationLevel;
        return transaction.Connection!;
    }
}
