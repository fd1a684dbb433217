namespace OrleansBatch.Tests.Support;

// Programs of others that ./test brings once. A test that lacks one fails, and says what is missing.
internal static class TestTools
{
    private const string Variable = "ORLEANSBATCH_TEST_TOOLS";

    private static string Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Repository.PathOf("artifacts/tools");

    public static string PathOf(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.True(
            File.Exists(path),
            $"{path} is missing. ./test brings it with npm, which needs Node.js 20 and the registry; {Variable} names another folder.");
        return path;
    }
}
