using Npgsql;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

/// <summary>
/// Chooses the lake for a silo on the private Postgres. A silo applies all waiting batches, so all of them must be meant for its lake.
/// Two loads that start at once decide one after the other, under the lock on their calls. A silo is on record when it serves.
/// </summary>
internal static class LakeChoice
{
    /// <summary>
    /// Gives the directory for a silo that a verb starts. A given database may have silos of other hosts, and nobody is asked.
    /// </summary>
    /// <exception cref="StartupException">The private Postgres has another lake in use.</exception>
    public static async Task<string> MakeAsync(DatabaseHandle database, NpgsqlDataSource source, string? named, CancellationToken ct)
    {
        if (!database.IsEmbedded)
        {
            return named ?? DuckDbSettings.Lake() ?? DuckDbSettings.DefaultLake;
        }

        await using var connection = await source.OpenConnectionAsync(ct);
        return await MakeAsync(connection, named, ct);
    }

    /// <summary>Gives the directory, links followed: the named one, the one in use here, or the default.</summary>
    /// <exception cref="StartupException">Another lake is in use.</exception>
    public static async Task<string> MakeAsync(NpgsqlConnection connection, string? named, CancellationToken ct)
    {
        var uses = new List<LakeUse>();
        uses.AddRange((await LocalSilo.ListAsync(connection, ct)).Where(s => s.Lake is not null).Select(s => new LakeUse(
            s.Lake!, $"silo {s.Name} serves with it", "stop that silo first")));
        uses.AddRange((await new LoadRegister(connection).UnfinishedAsync(ct)).Where(l => l.Lake is not null).Select(l => new LakeUse(
            l.Lake!, $"run {l.RunId} of group {l.Group} was loaded for it and is unfinished",
            $"finish that run with \"orleansbatch load --run {l.RunId}\", "
                + $"or give it up with \"orleansbatch cancel {l.RunId} --reason WHY\"")));
        var given = named ?? DuckDbSettings.Lake();
        var lake = given is not null ? RealPath.Of(given) : uses.Count > 0 ? uses[0].Lake : RealPath.Of(DuckDbSettings.DefaultLake);
        return uses.FirstOrDefault(u => u.Lake != lake) is not { } other
            ? lake
            : throw new StartupException(
                $"The lake here is {other.Lake}, not {lake}: {other.Reason}. Name that lake with --lake, or {other.Remedy}.",
                ExitCodes.BadInput);
    }

    private sealed record LakeUse(string Lake, string Reason, string Remedy);
}
