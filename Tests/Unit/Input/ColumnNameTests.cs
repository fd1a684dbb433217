using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

using ParquetSharp;
using ParquetSharp.Schema;

namespace OrleansBatch.Tests.Unit.Input;

// DuckDB renames columns whose names it takes for one, by their order, so values of two files would change places.
public sealed class ColumnNameTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("A", "a", "the names of the columns A and a differ only by upper and lower case")]
    [InlineData("a", "a", "two columns have the name a")]
    [InlineData("a_1", "A_1", "the names of the columns a_1 and A_1 differ only by upper and lower case")]
    public async Task Two_columns_with_names_that_are_taken_for_one_are_refused(string one, string other, string reason)
    {
        var path = _fixture.Parquet.Write("names.parquet", [Int(one), Int(other)], PutTwo);

        await _fixture.RefusedAsync(path, reason);
    }

    [Theory]
    [InlineData("struct", "the names of the fields s.X and s.x differ only by upper and lower case")]
    [InlineData("list", "the names of the fields s.list.element.X and s.list.element.x differ only by upper and lower case")]
    [InlineData("map", "the names of the fields s.key_value.value.X and s.key_value.value.x differ only by upper and lower case")]
    public async Task Two_fields_with_names_that_are_taken_for_one_are_refused_at_any_depth(string where, string reason)
    {
        Node pair = where switch
        {
            "list" => List(Pair("element")),
            "map" => Map(Pair("value")),
            _ => Pair("s"),
        };
        var path = _fixture.Parquet.Write("fields.parquet", [pair]);

        await _fixture.RefusedAsync(path, reason);
    }

    [Fact]
    public async Task A_column_without_a_name_is_refused()
    {
        var path = _fixture.Parquet.Write("empty.parquet", [Int("id"), Int("")], PutTwo);

        await _fixture.RefusedAsync(path, "a column has an empty name");
    }

    [Fact]
    public async Task A_union_is_refused_because_of_its_field_without_a_name()
    {
        var path = _fixture.Parquet.Write("union.parquet", "SELECT union_value(num := 2) AS u");

        await _fixture.RefusedAsync(path, "column u has a field with an empty name, as a UNION of DuckDB has");
    }

    [Fact]
    public async Task Names_that_differ_by_the_case_of_other_letters_than_ascii_are_two()
    {
        var path = _fixture.Parquet.Write("accents.parquet", [Int("É"), Int("é")], PutTwo);

        await _fixture.ApplyAsync(_fixture.Batch(1, path));

        Assert.Equal("1,2", await _fixture.RowsAsync("SELECT \"É\", \"é\" FROM flights"));
    }

    [Fact]
    public void The_layers_of_a_map_are_no_names()
    {
        var path = _fixture.Parquet.Write("layers.parquet", "SELECT MAP {'a': 1} AS key_value, [1] AS list");

        Assert.Equal(2, ParquetFile.Inspect(path).Columns);
    }

    private static PrimitiveNode Int(string name) => SchemaFile.Leaf(name, PhysicalType.Int32);

    private static GroupNode Pair(string name) => new(name, Repetition.Optional, [Int("X"), Int("x")]);

    private static GroupNode List(Node element) =>
        new("s", Repetition.Optional, [new GroupNode("list", Repetition.Repeated, [element])], LogicalType.List());

    private static GroupNode Map(Node value) => new(
        "s",
        Repetition.Optional,
        [new GroupNode("key_value", Repetition.Repeated, [Int("key"), value])],
        LogicalType.Map());

    private static void PutTwo(RowGroupWriter group)
    {
        group.Put(1);
        group.Put(2);
    }
}
