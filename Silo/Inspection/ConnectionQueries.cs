using Npgsql;

namespace OrleansBatch.Silo.Inspection;

// Runs embedded statements over a connection that the caller holds, inside its transaction.
internal static class ConnectionQueries
{
    public static Task ExecuteAsync(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values) =>
        ScalarAsync<object>(connection, name, ct, values);

    public static Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string name, CancellationToken ct, params object[] values) =>
        InspectionQueries.All.ScalarAsync<T>(connection, name, ct, values);

    public static Task<List<T>> ReadAsync<T>(
        this NpgsqlConnection connection, string name, Func<Row, T> read, CancellationToken ct, params object[] values) =>
        InspectionQueries.All.ReadAsync(connection, name, read, ct, values);
}
