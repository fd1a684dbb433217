using Npgsql;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// Tells whether the silos that serve a queue can do a load: reach its files, and write to the lake it names.
internal static class ServedFiles
{
    // A load passes where nothing is known: no silo runs yet, or a running one can't be looked into. Returns the lakes that are known.
    public static async Task<Lakes> RequireAsync(
        NpgsqlConnection connection, string? namedLake, IReadOnlyList<ParquetInfo> files, CancellationToken ct)
    {
        var silos = await LocalSilo.ListAsync(connection, ct);
        if (silos.Count == 0 || await connection.ScalarAsync<bool>("serving_elsewhere", ct, Environment.MachineName))
        {
            return new Lakes();
        }

        if (namedLake is not null && silos.Find(s => WritesElsewhere(s, namedLake)) is { } other)
        {
            throw Refusal(
                $"Silo {other.Name}, which serves this queue, writes to the lake {other.Lake}, not to {Lakes.Spell(namedLake)}: "
                    + "leave --lake out.");
        }

        return files.FirstOrDefault(f => !silos.Exists(s => Reaches(s, f.Path))) is { } file
            ? throw Refusal(
                $"No silo that serves this queue can read {file.Path}: they read from "
                + $"{string.Join("; ", silos.DistinctBy(s => s.Name).Select(s => $"{string.Join(", ", s.Roots)} ({s.Name})"))}. "
                + $"Put the file there, or start a silo with --roots {Path.GetDirectoryName(file.Path)}.")
            : new Lakes { DuckDb = LakeOf(silos, BuiltInSinks.DuckDb), Delta = LakeOf(silos, BuiltInSinks.Delta) };
    }

    // A lake in S3 is none of the sink duckdb, which has a directory of its own then.
    private static bool WritesElsewhere(LocalSilo silo, string lake) =>
        !(silo.Sink == BuiltInSinks.DuckDb && Lakes.IsRemote(lake)) && silo.Lake is { } own && own != Lakes.Spell(lake);

    private static string? LakeOf(List<LocalSilo> silos, string sink) => silos.Find(s => s.Sink == sink)?.Lake;

    private static bool Reaches(LocalSilo silo, string path) =>
        silo.Roots.Count == 0 || InputDirectories.Hold(silo.Roots, path);

    private static StartupException Refusal(string message) => new(message, ExitCodes.BadInput);
}
