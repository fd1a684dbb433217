namespace OrleansBatch.Embedded;

// The places to search for the server's binaries, in order of preference.
internal sealed record PostgresSearch(string? Override, string? Path, IReadOnlyList<string> Folders)
{
    public const string OverrideVariable = "ORLEANSBATCH_PG_BIN";

    // A star stands for any one name. Matches are tried highest version first.
    private static readonly string[] _usualFolders =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/usr/lib64/pgsql*/bin",
        "/usr/libexec/postgresql*",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        "/Library/PostgreSQL/*/bin",
        "/opt/postgresql/*/bin",
        "/usr/local/pgsql/bin",
    ];

    public static PostgresSearch FromEnvironment() =>
        new(Environment.GetEnvironmentVariable(OverrideVariable), Environment.GetEnvironmentVariable("PATH"), _usualFolders);

    public IEnumerable<string> Candidates()
    {
        // A user who names a folder means that folder. Falling back to another would hide the mistake.
        if (!string.IsNullOrEmpty(Override))
        {
            return Existing([System.IO.Path.GetFullPath(Override)]);
        }

        var onPath = (Path ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).SelectMany(WithLinkTarget);
        return Existing(onPath.Concat(Folders.SelectMany(Expand))).Distinct();
    }

    private static IEnumerable<string> Existing(IEnumerable<string> folders) =>
        folders.Where(folder => PostgresBinaries.Names.All(name => File.Exists(System.IO.Path.Combine(folder, name))));

    // A packager may link only some of the binaries onto PATH. The rest lie beside the link's target.
    private static IEnumerable<string> WithLinkTarget(string folder)
    {
        var link = new FileInfo(System.IO.Path.Combine(folder, "postgres"));
        if (!link.Exists)
        {
            return [];
        }

        var target = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is null ? [folder] : [System.IO.Path.GetDirectoryName(target)!, folder];
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            return [pattern];
        }

        var parent = pattern[..(pattern.LastIndexOf('/', star) + 1)];
        var end = pattern.IndexOf('/', star);
        var name = end < 0 ? pattern[parent.Length..] : pattern[parent.Length..end];
        var rest = end < 0 ? "" : pattern[(end + 1)..];
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, name).OrderByDescending(VersionIn).Select(found => System.IO.Path.Combine(found, rest))
            : [];
    }

    private static int VersionIn(string folder) =>
        int.TryParse(
            [.. System.IO.Path.GetFileName(folder).SkipWhile(c => !char.IsDigit(c)).TakeWhile(char.IsDigit)], out var n)
            ? n
            : 0;
}
