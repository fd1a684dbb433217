using OrleansBatch.Silo;
using OrleansBatch.Silo.Loading;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

public sealed class InputPathsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public InputPathsTests()
    {
        string[] names =
        [
            "b.parquet", "a.parquet", "c.csv", "[x].parquet", ".hidden.parquet", "2026/01/1.parquet", "2026/02/1.parquet",
            "2026/02/10.parquet", "empty/c.csv",
        ];
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_directory.Combine(name))!);
            File.WriteAllText(_directory.Combine(name), "");
        }
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("b.parquet", "b.parquet")]
    [InlineData("missing.parquet", "missing.parquet")]
    [InlineData("[x].parquet", "[x].parquet")]
    [InlineData("?.parquet", "a.parquet b.parquet")]
    [InlineData("*.parquet", "[x].parquet a.parquet b.parquet")]
    [InlineData("2026/*/1.parquet", "2026/01/1.parquet 2026/02/1.parquet")]
    [InlineData("2026/**/*.parquet", "2026/01/1.parquet 2026/02/1.parquet 2026/02/10.parquet")]
    [InlineData("**/1*.parquet", "2026/01/1.parquet 2026/02/1.parquet 2026/02/10.parquet")]
    [InlineData("2026/02", "2026/02/1.parquet 2026/02/10.parquet")]
    [InlineData(".h*", ".hidden.parquet")]
    public void A_directory_or_a_pattern_stands_for_its_files_in_the_order_of_their_names(string name, string files) =>
        Assert.Equal(files.Split(' ').Select(f => _directory.Combine(f)), InputPaths.Expand([_directory.Combine(name)]));

    [Theory]
    [InlineData("empty", "holds no *.parquet files")]
    [InlineData("*.parq", "Nothing matches")]
    [InlineData("none/*/x.parquet", "Nothing matches")]
    public void What_matches_nothing_is_refused(string name, string sentence)
    {
        var refused = Assert.Throws<StartupException>(() => InputPaths.Expand([_directory.Combine(name)]));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
    }

    [Fact]
    public void A_file_that_is_named_like_a_pattern_is_that_file()
    {
        File.WriteAllText(_directory.Combine("a*.parquet"), "");

        Assert.Equal([_directory.Combine("a*.parquet")], InputPaths.Expand([_directory.Combine("a*.parquet")]));
    }
}
