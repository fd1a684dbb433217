using System.Text.RegularExpressions;

namespace OrleansBatch.Embedded;

/// <summary>The folder with the Postgres server's binaries and their major version.</summary>
/// <param name="Folder">The folder that holds postgres, initdb and pg_ctl.</param>
/// <param name="Major">The major version, for example 17.</param>
public sealed partial record PostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version the program works with.</summary>
    public const int OldestMajor = 14;

    internal const string HowToInstall = "install it with \"apt-get install postgresql\" (or your system's package), "
        + "set " + PostgresSearch.OverrideVariable + " to the folder with its binaries, or pass --connection";

    internal static readonly string[] Names = ["postgres", "initdb", "pg_ctl"];

    internal string Postgres => Path.Combine(Folder, "postgres");

    internal string InitDb => Path.Combine(Folder, "initdb");

    internal string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>Finds the binaries in ORLEANSBATCH_PG_BIN, else on PATH, else in the usual folders, highest version first.</summary>
    public static Task<PostgresBinaries> FindAsync(CancellationToken cancellationToken) =>
        FindAsync(PostgresSearch.FromEnvironment(), preferredMajor: null, cancellationToken);

    // A cluster keeps its major version, so binaries of that version win over newer ones installed later.
    internal static async Task<PostgresBinaries> FindAsync(PostgresSearch search, int? preferredMajor, CancellationToken cancellationToken)
    {
        PostgresBinaries? first = null;
        PostgresBinaries? tooOld = null;
        foreach (var folder in search.Candidates())
        {
            var found = await ReadAsync(folder, cancellationToken);
            if (found is { Major: >= OldestMajor } && (preferredMajor is null || found.Major == preferredMajor))
            {
                return found;
            }

            first ??= found is { Major: >= OldestMajor } ? found : null;
            tooOld ??= found is { Major: < OldestMajor } ? found : null;
        }

        return first ?? throw NotFound(search, tooOld);
    }

    private static EmbeddedPostgresException NotFound(PostgresSearch search, PostgresBinaries? tooOld)
    {
        var what = tooOld is not null
            ? $"Postgres {tooOld.Major} in {tooOld.Folder} is too old, {OldestMajor} or newer is needed"
            : string.IsNullOrEmpty(search.Override)
                ? "No Postgres server was found on this machine"
                : $"{PostgresSearch.OverrideVariable} is {search.Override}, but no working {string.Join(", ", Names)} are in that folder";
        return new EmbeddedPostgresException($"{what}: {HowToInstall}.");
    }

    private static async Task<PostgresBinaries?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var result = await ChildProcess.RunAsync(
            [Path.Combine(folder, "postgres"), "--version"], TimeSpan.FromSeconds(10), cancellationToken);
        var match = VersionNumber().Match(result.Output);
        return result.ExitCode == 0 && match.Success
            ? new PostgresBinaries(folder, int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
            : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionNumber();
}
