using Npgsql;

namespace OrleansBatch.Silo.Inspection;

// Runs the embedded statements of the verbs.
internal static class InspectionQueries
{
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.ReadAsync(name, read, ct, values);
    }

    internal static async Task<string> TextAsync(string name, CancellationToken ct)
    {
        await using var stream = typeof(InspectionQueries).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new InvalidOperationException($"The SQL file {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }
}
