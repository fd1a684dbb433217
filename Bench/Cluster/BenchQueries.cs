using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBatch.Bench.Cluster;

// Runs the embedded statements of the bench.
internal static class BenchQueries
{
    public static string Text(string file)
    {
        using var stream = typeof(BenchQueries).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The file {file} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file; values go as parameters.")]
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string name, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(Text($"{name}.sql"), connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    public static async Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = connection.Command(name, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static async Task<T> OneAsync<T>(
        this NpgsqlDataSource source, string name, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object[] values) =>
        (await source.ReadAsync(name, read, ct, values))[0];

    public static async Task ExecuteAsync(this NpgsqlDataSource source, string name, CancellationToken ct, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = connection.Command(name, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
