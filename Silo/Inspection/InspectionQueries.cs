using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBatch.Silo.Inspection;

// Runs the embedded statements of the verbs.
internal static class InspectionQueries
{
    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var command = source.CreateCommand(await TextAsync(name, ct));
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

    internal static async Task<string> TextAsync(string name, CancellationToken ct)
    {
        await using var stream = typeof(InspectionQueries).Assembly.GetManifestResourceStream($"{name}.sql")
            ?? throw new InvalidOperationException($"The SQL file {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }
}
