using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// The directories that the silo of a load reads from.
internal static class InputDirectories
{
    public static bool Hold(IEnumerable<string> directories, string path)
    {
        var real = RealPath.Of(path);
        return directories.Any(d => !S3Inputs.IsOne(d) && RealPath.IsBelow(real, RealPath.Of(d)));
    }

    // The named directories, which must hold all files, or else the files' own directories.
    public static IReadOnlyList<string> Choose(IReadOnlyList<string> named, IReadOnlyList<string> paths)
    {
        if (named.Count == 0)
        {
            return [.. paths.Select(p => Path.GetDirectoryName(RealPath.Of(p))!).Distinct(StringComparer.Ordinal)];
        }

        return paths.FirstOrDefault(p => !Hold(named, p)) is { } outside
            ? throw new StartupException(
                $"{outside} lies outside the directories that --roots names ({string.Join(", ", named)}): leave --roots out, or name the "
                + "file's directory too. Nothing was enqueued.",
                ExitCodes.BadInput)
            : named;
    }
}
