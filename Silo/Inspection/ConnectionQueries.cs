using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBatch.Silo.Inspection;

// Runs embedded statements over a connection that the caller holds, inside its transaction.
internal static class ConnectionQueries
{
    public static Task ExecuteAsync(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values) =>
        ScalarAsync<object>(connection, name, ct, values);

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public static async Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(await InspectionQueries.TextAsync(name, ct), connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(ct) is T found ? found : default;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlConnection connection, string name, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(await InspectionQueries.TextAsync(name, ct), connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
