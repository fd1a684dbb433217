using System.Collections.Concurrent;
using Npgsql;

namespace OrleansBatch.Statements;

/// <summary>Runs the statements of a folder by their names, each loaded once.</summary>
/// <param name="files">The folder.</param>
internal sealed class StatementRuns(EmbeddedSql files)
{
    private readonly ConcurrentDictionary<string, Statement> _loaded = new();

    public Statement this[string name] => _loaded.GetOrAdd(name, files.Load);

    public async Task<List<T>> ReadAsync<T>(
        NpgsqlDataSource source, string name, Func<Row, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, name, read, cancellationToken, values);
    }

    public Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string name, Func<Row, T> read, CancellationToken cancellationToken, params object[] values) =>
        this[name].On(connection, values).AllAsync(read, cancellationToken);

    public async Task<T?> ScalarAsync<T>(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = this[name].On(connection, values);
        return await command.ExecuteScalarAsync(cancellationToken) is T found ? found : default;
    }
}
