using Npgsql;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Loading;

// Lakes that are in use on the private Postgres, by whom, and how that ends.
internal sealed record LakeUse(Lakes Lakes, string Reason, string Remedy)
{
    public static async Task<IReadOnlyList<LakeUse>> ListAsync(NpgsqlConnection connection, CancellationToken ct) =>
    [
        .. (await LocalSilo.ListAsync(connection, ct)).Select(s => new LakeUse(
            s.Lakes, $"silo {s.Name} serves with it", "stop that silo first")),
        .. (await new LoadRegister(connection).UnfinishedAsync(ct)).Where(l => l.Lakes is not null).Select(l => new LakeUse(
            l.Lakes!, $"run {l.RunId} of group {l.Group} was loaded for it and is unfinished",
            $"finish that run with \"orleansbatch load --run {l.RunId}\", "
                + $"or give it up with \"orleansbatch cancel {l.RunId} --reason WHY\"")),
    ];
}
