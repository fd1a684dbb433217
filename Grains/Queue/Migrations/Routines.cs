using System.Text.RegularExpressions;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>The routines, triggers and views as they are: one object a file, replaced as a whole when any of them differs.</summary>
internal static class Routines
{
    /// <summary>Gets the files in the order in which they can be applied.</summary>
    public static IReadOnlyList<SqlFile> Files { get; } =
        [.. SqlFile.In("functions"), .. SqlFile.In("triggers"), .. InOrderOfUse(SqlFile.In("views"))];

    public static string Checksum { get; } = SqlFile.ChecksumOf(Files);

    // A view that names another one comes after it. A function's body is not checked when the function is made.
    private static IEnumerable<SqlFile> InOrderOfUse(IReadOnlyList<SqlFile> views)
    {
        var left = views.ToList();
        while (left.Count > 0)
        {
            var next = left.Find(v => !left.Exists(other => other != v && Names(v, other)))
                ?? throw new InvalidOperationException($"These views name each other: {string.Join(", ", left.Select(v => v.Name))}.");
            left.Remove(next);
            yield return next;
        }
    }

    private static bool Names(SqlFile view, SqlFile other) =>
        Regex.IsMatch(view.Text, $@"\borleans_batch\.{Path.GetFileNameWithoutExtension(other.Name)}\b");
}
