namespace OrleansBatch.Tests.Support;

// The sources that these tests were built from.
internal static class Repository
{
    // What a build or a package manager makes.
    private static readonly string[] _made = ["artifacts", "bin", "obj", "node_modules"];

    public static string Root { get; } = Find();

    // Names below the root, with slashes, of what somebody wrote. Hidden folders are the tools' own.
    public static IEnumerable<string> Files() => Below(Root).Order(StringComparer.Ordinal);

    public static string PathOf(string name) => Path.Combine(Root, name);

    private static IEnumerable<string> Below(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'));
        var deeper = Directory.EnumerateDirectories(folder)
            .Where(d => Path.GetFileName(d) is var name && !name.StartsWith('.') && !_made.Contains(name));
        return files.Concat(deeper.SelectMany(Below));
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OrleansBatch.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("No folder above the tests holds OrleansBatch.sln.");
        }

        return directory.FullName;
    }
}
