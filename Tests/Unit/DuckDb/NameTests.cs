using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class NameTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public static TheoryData<string> Names => new(
        "main", "lake", "temp", "system", "memory", "orleans_batch", "progress", "duckdb_tables", "sqlite_master", "information_schema",
        "Flights", "a.b", ".hidden", "..", "../../up", "a/b\\c", "it's", "say \"hi\"", "SELECT", "a b; DROP TABLE x --",
        "%41", "~x", "日本語 ü",
        "con\nline", new string('x', 200), new string('ü', 200));

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Any_schema_id_names_a_table(string schemaId)
    {
        _fixture.Group = new GroupKey(3, schemaId);

        await _fixture.ApplyAllAsync(SyncType.Append, [], "SELECT 1 AS id", "SELECT 2 AS id, 3 AS extra");
        await _fixture.ApplyAsync(_fixture.BatchOf(3, "SELECT 2 AS id", SyncType.Incremental, "id"));

        Assert.Equal("1,NULL 2,NULL", await _fixture.RowsAsync());
        var file = Assert.Single(new Lake(_fixture.Options.LakeDirectory).ListFiles());
        Assert.Equal((_fixture.Group, 2L), (file.Group, file.Rows));
        Assert.StartsWith(Path.Combine(_fixture.Options.LakeDirectory, "3") + "/", file.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flights-2001_a.b", "flights-2001_a.b.duckdb")]
    [InlineData(".hidden", "%2Ehidden.duckdb")]
    [InlineData("..", "%2E..duckdb")]
    [InlineData("a/b c%", "a%2Fb%20c%25.duckdb")]
    [InlineData("ü", "%C3%BC.duckdb")]
    public void A_file_is_named_like_its_schema(string schemaId, string name) =>
        Assert.Equal(Path.Combine("/lake", "-4", name), LakePath.Of("/lake", new GroupKey(-4, schemaId)));

    [Fact]
    public void A_name_of_200_bytes_is_kept_and_a_longer_one_is_hashed()
    {
        var kept = LakePath.Of("/lake", new GroupKey(1, new string('x', 200)));
        var hashed = LakePath.Of("/lake", new GroupKey(1, new string('ü', 200)));
        var other = LakePath.Of("/lake", new GroupKey(1, new string('ü', 199) + "u"));

        Assert.Equal(new string('x', 200) + ".duckdb", Path.GetFileName(kept));
        Assert.True(Path.GetFileName(hashed).Length < 200);
        Assert.NotEqual(hashed, other);
    }

    [Fact]
    public void The_group_can_be_told_from_the_path()
    {
        var group = new GroupKey(12, "a/b c% ü");

        Assert.Equal(group, LakePath.GroupOf(LakePath.Of("/lake", group)));
        Assert.Null(LakePath.GroupOf(LakePath.Of("/lake", new GroupKey(1, new string('ü', 200)))));
    }

    [Fact]
    public async Task Column_names_are_taken_literally()
    {
        const string Odd = """SELECT 1 AS "sel""ect", 2 AS "a b", 3 AS "ü", 4 AS "Ü" """;
        await _fixture.ApplyAllAsync(SyncType.Incremental, ["sel\"ect", "ü", "Ü"], Odd, Odd);

        Assert.Equal("1,2,3,4", await _fixture.RowsAsync());
    }
}
