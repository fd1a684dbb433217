using Npgsql;

namespace OrleansBatch.Drill;

// Runs the embedded statements of the drill.
internal static class DrillQueries
{
    private static readonly StatementRuns _all = new(new EmbeddedSql(typeof(DrillQueries).Assembly, string.Empty));

    public static Task ExecuteAsync(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values) =>
        connection.ScalarAsync<object>(name, ct, values);

    public static Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values) =>
        _all.ScalarAsync<T>(connection, name, ct, values);

    public static Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<Row, T> read, CancellationToken ct, params object[] values) =>
        _all.ReadAsync(source, name, read, ct, values);
}
