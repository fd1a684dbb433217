namespace OrleansBatch.Tests.Support;

internal static class SourceRule
{
    // An assertion on the list itself would show its first five items only.
    public static void Holds(IEnumerable<string> broken)
    {
        var all = broken.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
