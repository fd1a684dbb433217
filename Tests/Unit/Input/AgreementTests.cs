using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Judgement;
using OrleansBatch.Sinks.Input.Types;
using OrleansBatch.Sinks.Input.Values;
using OrleansBatch.Tests.Support;

using ParquetSharp;
using ParquetSharp.Schema;

namespace OrleansBatch.Tests.Unit.Input;

// The types that are read from the footer are those that DuckDB reads.
public sealed class AgreementTests : IDisposable
{
    private readonly ParquetFixture _parquet = new();

    public static TheoryData<string> Expressions =>
    [
        "true", "1::TINYINT", "1::SMALLINT", "1::INTEGER", "1::BIGINT", "1::UTINYINT", "1::USMALLINT", "1::UINTEGER", "1::UBIGINT",
        "1.5::FLOAT", "1.5::DOUBLE", "1.5::DECIMAL(4,1)", "1.5::DECIMAL(9,2)", "1.5::DECIMAL(18,3)", "1.5::DECIMAL(38,4)",
        "'x'", "'x'::BLOB", "'{}'::JSON", "uuid()", "DATE '2024-01-01'", "TIME '10:00:00'", "'10:00:00+00'::TIMETZ",
        "TIMESTAMP '2024-01-01'", "'2024-01-01'::TIMESTAMP_NS", "'2024-01-01'::TIMESTAMP_MS", "'2024-01-01'::TIMESTAMP_S",
        "'2024-01-01 10:00:00+00'::TIMESTAMPTZ", "INTERVAL 1 MONTH", "'a'::ENUM('a', 'b')", "NULL",
        "[1]", "[[1], [2]]", "{'a': 1, 'b': [{'c': 'x'}]}", "MAP {'a': 1}", "MAP {'a': {'b': [1]}}", "[MAP {1: 'a'}]",
        "42::VARIANT", "'POINT (1 2)'::GEOMETRY", "'POINT (1 2)'::GEOMETRY('OGC:CRS84')",
    ];

    public void Dispose() => _parquet.Dispose();

    [Theory]
    [MemberData(nameof(Expressions))]
    public void What_DuckDB_writes_has_one_type(string expression) =>
        Agrees(_parquet.Write("duckdb.parquet", $"SELECT {expression} AS v"));

    [Theory]
    [InlineData(false, TimeUnit.Millis, "TIME", "TIMESTAMP")]
    [InlineData(false, TimeUnit.Micros, "TIME", "TIMESTAMP")]
    [InlineData(false, TimeUnit.Nanos, "TIME_NS", "TIMESTAMP_NS")]
    [InlineData(true, TimeUnit.Millis, "TIME WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE")]
    [InlineData(true, TimeUnit.Micros, "TIME WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE")]
    [InlineData(true, TimeUnit.Nanos, "TIME WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE")]
    public void Times_of_every_unit_have_one_type(bool isUtc, TimeUnit unit, string time, string timestamp)
    {
        var physical = unit == TimeUnit.Millis ? PhysicalType.Int32 : PhysicalType.Int64;
        var path = _parquet.Write(
            "times.parquet",
            [
                SchemaFile.Leaf("t", physical, LogicalType.Time(isUtc, unit)),
                SchemaFile.Leaf("s", PhysicalType.Int64, LogicalType.Timestamp(isUtc, unit)),
            ]);

        Assert.Equal([time, timestamp], Agrees(path).Select(column => $"{column.Type}"));
    }

    [Fact]
    public void Other_ways_to_write_a_column_have_one_type()
    {
        var element = SchemaFile.Leaf("array", PhysicalType.Int32);
        var path = _parquet.Write(
            "others.parquet",
            [
                SchemaFile.Leaf("int96", PhysicalType.Int96),
                SchemaFile.Leaf("half", PhysicalType.FixedLenByteArray, LogicalType.Float16(), length: 2),
                SchemaFile.Leaf("fixed", PhysicalType.FixedLenByteArray, length: 5),
                SchemaFile.Leaf("enum", PhysicalType.ByteArray, LogicalType.Enum()),
                SchemaFile.Leaf("repeated", PhysicalType.Int32, repetition: Repetition.Repeated),
                new GroupNode("group", Repetition.Repeated, [SchemaFile.Leaf("x", PhysicalType.Int32)]),
                new GroupNode(
                    "pairs", Repetition.Repeated, [SchemaFile.Leaf("x", PhysicalType.Int32), SchemaFile.Leaf("y", PhysicalType.Int32)]),
                new GroupNode(
                    "two",
                    Repetition.Optional,
                    [SchemaFile.Leaf("array", PhysicalType.Int32, repetition: Repetition.Repeated)],
                    LogicalType.List()),
                new GroupNode("one", Repetition.Optional, [element]),
            ]);

        Assert.Equal(
            [
                "TIMESTAMP", "FLOAT", "BLOB", "VARCHAR", "INTEGER[]", "INTEGER[]", "STRUCT(\"x\" INTEGER, \"y\" INTEGER)[]", "INTEGER[]",
                "STRUCT(\"array\" INTEGER)",
            ],
            Agrees(path).Select(column => $"{column.Type}"));
    }

    [Fact]
    public void A_type_that_DuckDB_reads_otherwise_is_found()
    {
        Assert.Null(TypeAgreement.Of(new DecimalType(9, 2), new SimpleType(SimpleKind.Integer)));
        Assert.Null(TypeAgreement.Of(ColumnType.Parse("STRUCT(a INTEGER)"), ColumnType.Parse("STRUCT(a_1 INTEGER)")));
        Assert.Null(TypeAgreement.Of(ColumnType.Parse("VARCHAR[]"), ColumnType.Parse("BLOB[]")));
    }

    [Fact]
    public void Only_columns_that_may_lose_digits_are_decoded_twice()
    {
        var path = _parquet.Write(
            "plain.parquet",
            "SELECT range AS id, 'x' AS name, now()::TIMESTAMP AS at, now() AS utc, '10:00'::TIME AS t, [1] AS ids FROM range(3)");
        using var file = ParquetShape.Open(path, path);

        Assert.Empty(FineTimes.LeavesOf(ParquetSchema.Of(file)));
    }

    private static IReadOnlyList<TableColumn> Agrees(string path)
    {
        using var session = new DuckDbSession(256, 1);
        using var file = ParquetShape.Open(path, path);
        var schema = ParquetSchema.Of(file);
        var read = TableColumns.Of(session, ParquetSource.Of(path), CancellationToken.None);
        return schema.Confirm(path, read);
    }
}
