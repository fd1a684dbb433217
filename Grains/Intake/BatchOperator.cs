using Npgsql;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Intake;

/// <summary>Carries operations out over a pool of connections; it holds nothing between calls.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
/// <remarks>No cursor is touched: a group's owner carries a request out at its next boundary.</remarks>
public sealed class BatchOperator(NpgsqlDataSource source)
{
    /// <summary>Carries an operation out and returns its result.</summary>
    /// <param name="operation">The operation with its arguments, such as <see cref="CancelRun"/>.</param>
    /// <param name="note">The operator and the reason.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="OperationRefusedException">The queue refused the operation, and nothing was changed.</exception>
    public async Task<T> OperateAsync<T>(Operation<T> operation, OperatorNote note, CancellationToken cancellationToken)
    {
        var call = operation.Call;
        var statement = QueueStatements.Load(call.Statement);
        var arguments = statement.Named(
            [.. call.Arguments.Select(a => (a.Name, Argument.Of(a.Type, a.Value))), ("who", note.Who), ("why", note.Why)]);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return (await statement.On(connection, arguments).FirstAsync(r => r.GetFieldValue<T>(0), cancellationToken))!;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("OB", StringComparison.Ordinal))
        {
            throw new OperationRefusedException(e.SqlState, e.Hint is null ? e.MessageText : $"{e.MessageText} {e.Hint}");
        }
    }
}
