using Npgsql;

namespace OrleansBatch.Grains.Queue;

/// <summary>Runs a statement and reads its rows.</summary>
internal static class Reading
{
    /// <summary>Runs the statement and reads its first row; the default when there is none.</summary>
    public static async Task<T?> FirstAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            return await reader.ReadAsync(cancellationToken) ? read(reader) : default;
        }
    }

    /// <summary>Runs the statement and reads all its rows.</summary>
    public static async Task<List<T>> AllAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            return await reader.RestAsync(read, cancellationToken);
        }
    }

    /// <summary>Reads what is left of the current result.</summary>
    public static async Task<List<T>> RestAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static T? NullOr<T>(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? default : reader.GetFieldValue<T>(ordinal);

    public static T? NullOr<T>(this NpgsqlDataReader reader, string column) => reader.NullOr<T>(reader.GetOrdinal(column));

    public static T Get<T>(this NpgsqlDataReader reader, string column) => reader.GetFieldValue<T>(reader.GetOrdinal(column));

    public static bool IsNull(this NpgsqlDataReader reader, string column) => reader.IsDBNull(reader.GetOrdinal(column));
}
