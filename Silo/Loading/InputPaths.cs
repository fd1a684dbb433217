using System.IO.Enumeration;

namespace OrleansBatch.Silo.Loading;

// The files that a command line names. A directory stands for its *.parquet files.
// A pattern (*, ?, and ** for any depth) stands for its matches.
// Files come in the order of their names, as in a shell. An existing path is never a pattern.
internal static class InputPaths
{
    private const string AnyDepth = "**";

    public static IReadOnlyList<string> Expand(IEnumerable<string> named) => [.. named.SelectMany(Expand)];

    private static IEnumerable<string> Expand(string name)
    {
        if (Directory.Exists(name))
        {
            return Sorted(Entries(name, "*.parquet").Where(File.Exists), $"{name} holds no *.parquet files");
        }

        return File.Exists(name) || name.IndexOfAny(['*', '?']) < 0
            ? [name]
            : Sorted(Match(name), $"Nothing matches {name}");
    }

    private static List<string> Sorted(IEnumerable<string> paths, string none)
    {
        var sorted = paths.Order(StringComparer.Ordinal).ToList();
        return sorted.Count > 0 ? sorted
            : throw new StartupException($"{none}: correct the name. Nothing was enqueued.", ExitCodes.BadInput);
    }

    private static IEnumerable<string> Match(string pattern)
    {
        var root = Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : "";
        var parts = pattern[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? [] : Match(root, parts.AsMemory());
    }

    private static IEnumerable<string> Match(string directory, ReadOnlyMemory<string> parts)
    {
        var (part, rest) = (parts.Span[0], parts[1..]);
        if (rest.IsEmpty)
        {
            return part == AnyDepth ? [] : Entries(directory, part).Where(File.Exists);
        }

        return part == AnyDepth
            ? Match(directory, rest).Concat(Entries(directory, "*").Where(IsPlainDirectory).SelectMany(d => Match(d, parts)))
            : Entries(directory, part).Where(Directory.Exists).SelectMany(d => Match(d, rest));
    }

    // A star passes over hidden names, as in a shell.
    private static IEnumerable<string> Entries(string directory, string pattern)
    {
        if (pattern.IndexOfAny(['*', '?']) < 0)
        {
            return [Path.Combine(directory, pattern)];
        }

        return Directory.EnumerateFileSystemEntries(directory.Length == 0 ? "." : directory)
            .Select(e => Path.GetFileName(e))
            .Where(n => (n[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, n, ignoreCase: false))
            .Select(n => Path.Combine(directory, n));
    }

    // Links to directories may lead in circles.
    private static bool IsPlainDirectory(string path) => Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null;
}
