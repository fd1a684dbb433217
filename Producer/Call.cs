using Npgsql;

namespace OrleansBatch.Producer;

// Calls one of the queue's functions for producers, and turns the server's refusal into a sentence.
internal sealed class Call(string name)
{
    private static readonly EmbeddedSql _files = EmbeddedSql.Of<Call>("producer/");

    private readonly Statement _statement = _files.Load(name);

    public async Task<T> RunAsync<T>(NpgsqlConnection connection, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = _statement.On(connection);
        command.Parameters.AddRange(parameters);
        try
        {
            return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("OB", StringComparison.Ordinal))
        {
            throw new EnqueueRefusedException(e.SqlState, e.MessageText, e.Hint, e);
        }
    }
}
