using Npgsql;

namespace OrleansBatch.Bench.Cluster;

// Runs the embedded statements of the bench.
internal static class BenchQueries
{
    private static readonly EmbeddedSql _files = new(typeof(BenchQueries).Assembly, string.Empty);
    private static readonly StatementRuns _all = new(_files);

    public static string Text(string file) => _files.Read(file);

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string name, params ReadOnlySpan<object> values) =>
        _all[name].On(connection, values);

    public static Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<Row, T> read, CancellationToken ct, params object[] values) =>
        _all.ReadAsync(source, name, read, ct, values);

    public static async Task<T> OneAsync<T>(
        this NpgsqlDataSource source, string name, Func<Row, T> read, CancellationToken ct, params object[] values) =>
        (await source.ReadAsync(name, read, ct, values))[0];

    public static async Task ExecuteAsync(this NpgsqlDataSource source, string name, CancellationToken ct, params object[] values)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = connection.Command(name, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
