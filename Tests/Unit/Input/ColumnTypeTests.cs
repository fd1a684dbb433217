using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class ColumnTypeTests
{
    public static TheoryData<string> Spellings =>
    [
        "BOOLEAN", "TINYINT", "UHUGEINT", "DOUBLE", "VARCHAR", "JSON", "UUID", "BLOB", "BIT", "BIGNUM", "VARIANT", "INTERVAL", "TIME",
        "TIME_NS", "TIME WITH TIME ZONE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE",
        "DECIMAL(9,2)", "INTEGER[]", "INTEGER[3]", "INTEGER[][2][]", "GEOMETRY", "GEOMETRY('OGC:CRS84')",
        "ENUM('a', 'b''c', 'd)')", "MAP(VARCHAR, DECIMAL(38,0)[])", "UNION(a INTEGER, \"B b\" VARCHAR[])",
        "STRUCT(\"a b\" INTEGER, \"x\"\"y\" VARCHAR, \"select\" TIMESTAMP WITH TIME ZONE, Z STRUCT(\"),\" DATE)[], \"TIME WITH\" TIME)",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_type_is_read_as_DuckDB_writes_it_and_written_so_that_DuckDB_reads_it(string spelling)
    {
        using var session = new DuckDbSession(memoryLimitMegabytes: 100, threads: 1);
        session.Execute(SqlText.Of($"CREATE TABLE t (c {SqlText.Trusted(spelling)})"));
        var read = TypeOf(session, "t");

        session.Execute(SqlText.Of($"CREATE TABLE copy (c {read.Sql})"));

        Assert.IsNotType<OtherType>(read);
        Assert.Equal(read, TypeOf(session, "copy"));
        Assert.Equal(read, ColumnType.Parse($"{read}"));
        Assert.Equal(read.GetHashCode(), TypeOf(session, "copy").GetHashCode());
    }

    [Fact]
    public void The_parts_of_a_nested_type_keep_their_names_and_types()
    {
        var type = ColumnType.Parse("STRUCT(\"a b\" DECIMAL(9,2), \"x\"\"y\" MAP(VARCHAR, ENUM('it''s', ')')), Z INTEGER[3][])");

        Assert.Equal(
            new StructType(
                [
                    new StructField("a b", new DecimalType(9, 2)),
                    new StructField("x\"y", new MapType(new SimpleType(SimpleKind.Varchar), new EnumType(["it's", ")"]))),
                    new StructField("Z", new ListType(new ArrayType(new SimpleType(SimpleKind.Integer), 3))),
                ]),
            type);
        Assert.Equal("z", ((StructType)type).Fields[2].Key);
    }

    [Fact]
    public void The_name_of_a_coordinate_system_may_hold_any_letter()
    {
        var type = ColumnType.Parse("GEOMETRY('it''s (mine), [or] \"yours\"')[]");

        Assert.Equal(new ListType(new GeometryType("it's (mine), [or] \"yours\"")), type);
        Assert.Equal("GEOMETRY('it''s (mine), [or] \"yours\"')[]", type.ToString());
    }

    [Theory]
    [InlineData("\"NULL\"", typeof(NullType))]
    [InlineData("NEW_TYPE_OF_2030", typeof(OtherType))]
    [InlineData("STRUCT(INTEGER, VARCHAR)", typeof(OtherType))]
    [InlineData("STRUCT(\"a INTEGER)", typeof(OtherType))]
    [InlineData("DECIMAL(9", typeof(OtherType))]
    [InlineData("MAP(INTEGER)", typeof(OtherType))]
    [InlineData("", typeof(OtherType))]
    public void A_spelling_that_is_not_known_is_kept_as_it_is(string spelling, Type expected)
    {
        var type = ColumnType.Parse(spelling);

        Assert.IsType(expected, type);
        Assert.Equal(spelling, type.ToString());
    }

    private static ColumnType TypeOf(DuckDbSession session, string table) =>
        Assert.Single(TableColumns.Of(session, SqlText.Identifier(table), TestContext.Current.CancellationToken)).Type;
}
