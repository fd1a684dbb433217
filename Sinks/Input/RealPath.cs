namespace OrleansBatch.Sinks.Input;

// Follows the symbolic links in every part of a path, which the framework does for the last part only.
internal static class RealPath
{
    private const int MostLinks = 40;

    public static string Of(string path)
    {
        var links = 0;
        var full = Path.GetFullPath(path);
        var done = Path.GetPathRoot(full)!;
        var rest = new Stack<string>(Parts(full, done));
        while (rest.TryPop(out var part))
        {
            var next = Path.Combine(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"{path} leads through more than {MostLinks} symbolic links.");
            }

            var resolved = Path.GetFullPath(target, done);
            done = Path.GetPathRoot(resolved)!;
            foreach (var outer in Parts(resolved, done))
            {
                rest.Push(outer);
            }
        }

        return done;
    }

    public static bool IsBelow(string path, string directory)
    {
        var prefix = Path.EndsInDirectorySeparator(directory) ? directory : directory + Path.DirectorySeparatorChar;
        return path.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Parts(string full, string root) =>
        full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
