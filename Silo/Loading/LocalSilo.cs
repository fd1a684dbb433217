using Npgsql;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Loading;

// A sink of a silo of this machine that serves at this moment, with its lake and the directories that it reads batches from.
internal sealed record LocalSilo(string Name, string Sink, string? Lake, IReadOnlyList<string> Roots)
{
    public Lakes Lakes => Sink == BuiltInSinks.Delta ? new Lakes { Delta = Lake } : new Lakes { DuckDb = Lake };

    public static Task<List<LocalSilo>> ListAsync(NpgsqlConnection connection, CancellationToken ct) => connection.ReadAsync(
        "serving_lakes",
        r => new LocalSilo(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetFieldValue<string[]>(3)),
        ct,
        Environment.MachineName);
}
