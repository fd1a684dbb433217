namespace OrleansBatch.Tests.Support;

// Finds the sources that these tests were built from.
internal static class Repository
{
    public static string Root { get; } = Find();

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
