using Npgsql;

namespace OrleansBatch.Statements;

/// <summary>Runs a statement and reads its rows.</summary>
internal static class Reading
{
    /// <summary>Runs the statement and reads its first row; the default when there is none.</summary>
    public static async Task<T?> FirstAsync<T>(this NpgsqlCommand command, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            return await reader.ReadAsync(cancellationToken) ? read(new Row(reader)) : default;
        }
    }

    /// <summary>Runs the statement and reads all its rows.</summary>
    public static async Task<List<T>> AllAsync<T>(this NpgsqlCommand command, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            return await reader.RestAsync(read, cancellationToken);
        }
    }

    /// <summary>Reads what is left of the current result.</summary>
    public static async Task<List<T>> RestAsync<T>(this NpgsqlDataReader reader, Func<Row, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(new Row(reader)));
        }

        return rows;
    }
}
