using Npgsql;

namespace OrleansBatch.Silo.Inspection;

// Runs the embedded statements of the verbs.
internal static class InspectionQueries
{
    public static StatementRuns All { get; } = new(new EmbeddedSql(typeof(InspectionQueries).Assembly, string.Empty));

    public static Task<List<T>> ReadAsync<T>(
        this NpgsqlDataSource source, string name, Func<Row, T> read, CancellationToken ct, params object[] values) =>
        All.ReadAsync(source, name, read, ct, values);
}
