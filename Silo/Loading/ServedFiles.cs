using Npgsql;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// Tells whether the silos that serve a queue can do a load: reach its files, and write to the lake it names.
internal static class ServedFiles
{
    // A load passes where nothing is known: no silo runs yet, or a running one can't be looked into. Returns the lake when it is known.
    public static async Task<string?> RequireAsync(
        NpgsqlConnection connection, string? namedLake, IReadOnlyList<ParquetInfo> files, CancellationToken ct)
    {
        var silos = await LocalSilo.ListAsync(connection, ct);
        if (silos.Count == 0 || await connection.ScalarAsync<bool>("serving_elsewhere", ct, Environment.MachineName))
        {
            return null;
        }

        if (namedLake is not null && silos.Find(s => s.Lake is { } lake && lake != RealPath.Of(namedLake)) is { } other)
        {
            throw Refusal(
                $"Silo {other.Name}, which serves this queue, writes to the lake {other.Lake}, not to {RealPath.Of(namedLake)}: "
                    + "leave --lake out.");
        }

        return files.FirstOrDefault(f => !silos.Exists(s => Reaches(s, f.Path))) is { } file
            ? throw Refusal(
                $"No silo that serves this queue can read {file.Path}: they read from "
                + $"{string.Join("; ", silos.Select(s => $"{string.Join(", ", s.Roots)} ({s.Name})"))}. "
                + $"Put the file there, or start a silo with --roots {Path.GetDirectoryName(file.Path)}.")
            : silos[0].Lake;
    }

    private static bool Reaches(LocalSilo silo, string path) =>
        silo.Roots.Count == 0 || InputDirectories.Hold(silo.Roots, path);

    private static StartupException Refusal(string message) => new(message, ExitCodes.BadInput);
}
