using Npgsql;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Loading;

/// <summary>
/// Chooses the lakes for a silo on the private Postgres. A silo applies all waiting batches, so all of them must be meant for its lakes.
/// Two loads that start at once decide one after the other, under the lock on their calls. A silo is on record when it serves.
/// </summary>
internal static class LakeChoice
{
    /// <summary>
    /// Gives the lakes for a silo that a verb starts. A given database may have silos of other hosts, and nobody is asked.
    /// </summary>
    /// <exception cref="StartupException">A sink has no place of its own, or the private Postgres has another lake in use.</exception>
    public static async Task<Lakes> MakeAsync(
        DatabaseHandle database, NpgsqlDataSource source, IReadOnlyList<string> sinks, string? named, CancellationToken ct)
    {
        if (!database.IsEmbedded)
        {
            return Make(sinks, named, known: null, []);
        }

        await using var connection = await source.OpenConnectionAsync(ct);
        return await MakeAsync(connection, sinks, named, known: null, ct);
    }

    /// <summary>
    /// Gives the lake of each sink: the named one, the known one of a run, the environment's, the one in use here, or the default.
    /// </summary>
    /// <exception cref="StartupException">A sink has no place of its own, or another lake is in use.</exception>
    public static async Task<Lakes> MakeAsync(
        NpgsqlConnection connection, IReadOnlyList<string> sinks, string? named, Lakes? known, CancellationToken ct) =>
        Make(sinks, named, known, await LakeUse.ListAsync(connection, ct));

    private static Lakes Make(IReadOnlyList<string> sinks, string? named, Lakes? known, IReadOnlyList<LakeUse> uses)
    {
        var delta = sinks.Contains(BuiltInSinks.Delta) ? Choose(BuiltInSinks.Delta, named, known, uses) : null;
        if (!sinks.Contains(BuiltInSinks.DuckDb))
        {
            return new Lakes { Delta = delta };
        }

        var directory = named is not null && Lakes.IsRemote(named) ? null : named;
        return new Lakes
        {
            Delta = delta,
            DuckDb = Choose(BuiltInSinks.DuckDb, directory, known, uses, isAlone: Lakes.IsRemote(delta ?? named ?? string.Empty)),
        };
    }

    // A sink that is alone can't share the other sink's lake: a default beside it would surprise.
    private static string Choose(string sink, string? named, Lakes? known, IReadOnlyList<LakeUse> uses, bool isAlone = false)
    {
        var given = named ?? known?.Of(sink) ?? LakeSettings.Of(sink);
        var inUse = uses.FirstOrDefault(u => u.Lakes.Of(sink) is not null)?.Lakes.Of(sink);
        if (isAlone && (given ?? inUse) is null)
        {
            throw new StartupException(
                "The sink duckdb keeps its files in a directory, and the lake is in S3: name a directory for it with "
                + "OrleansBatch__DuckDb__LakeDirectory, or leave duckdb out of the sinks.",
                ExitCodes.BadInput);
        }

        if (given is not null && sink == BuiltInSinks.DuckDb && Lakes.IsRemote(given))
        {
            throw new StartupException(
                $"The sink duckdb can't write to {given}: set OrleansBatch__DuckDb__LakeDirectory to a directory.", ExitCodes.BadInput);
        }

        var lake = given is not null ? Lakes.Spell(given) : inUse ?? Lakes.Spell(LakeSettings.Default(sink));
        return uses.FirstOrDefault(u => u.Lakes.Of(sink) is { } used && used != lake) is not { } other
            ? lake
            : throw new StartupException(
                $"The lake here is {other.Lakes.Of(sink)}, not {lake}: {other.Reason}. Name that lake with --lake, or {other.Remedy}.",
                ExitCodes.BadInput);
    }
}
