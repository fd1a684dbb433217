using Npgsql;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Loading;

// A silo of this machine that serves duckdb at this moment, with its lake and the directories that it reads batches from.
internal sealed record LocalSilo(string Name, string? Lake, IReadOnlyList<string> Roots)
{
    public static Task<List<LocalSilo>> ListAsync(NpgsqlConnection connection, CancellationToken ct) => connection.ReadAsync(
        "serving_lakes",
        r => new LocalSilo(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetFieldValue<string[]>(2)),
        ct,
        Environment.MachineName);
}
