using System.Runtime.InteropServices;

using DuckDB.NET.Data;

using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

using ParquetSharp;
using ParquetSharp.Schema;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class NotSupportedTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(39, 0, PhysicalType.FixedLenByteArray, 17)]
    [InlineData(40, 2, PhysicalType.FixedLenByteArray, 17)]
    [InlineData(76, 38, PhysicalType.FixedLenByteArray, 32)]
    [InlineData(40, 2, PhysicalType.ByteArray, -1)]
    public async Task A_decimal_of_more_than_38_digits_is_refused_in_any_form(int precision, int scale, PhysicalType physical, int length)
    {
        var column = SchemaFile.Leaf("v", physical, LogicalType.Decimal(precision, scale), length: length);

        await _fixture.RefusedAsync(
            _fixture.Parquet.Write("decimal.parquet", [column]), $"column v is DECIMAL({precision},{scale})");
    }

    [Fact]
    public async Task A_decimal_of_more_than_38_digits_is_refused_at_any_depth()
    {
        var leaf = SchemaFile.Leaf("n", PhysicalType.FixedLenByteArray, LogicalType.Decimal(40, 2), length: 17);
        var list = new GroupNode(
            "v", Repetition.Optional, [new GroupNode("list", Repetition.Repeated, [new GroupNode("element", Repetition.Optional, [leaf])])],
            LogicalType.List());

        await _fixture.RefusedAsync(_fixture.Parquet.Write("deep.parquet", [list]), "column v.list.element.n is DECIMAL(40,2)");
    }

    [Fact]
    public async Task Bson_is_refused()
    {
        var column = SchemaFile.Leaf("v", PhysicalType.ByteArray, LogicalType.Bson());

        await _fixture.RefusedAsync(_fixture.Parquet.Write("bson.parquet", [column]), "is not supported: column v is BSON");
    }

    [Fact]
    public async Task A_file_without_columns_is_refused() =>
        await _fixture.RefusedAsync(_fixture.Parquet.Write("none.parquet", []), "is not supported: it has no columns");

    [Fact]
    public async Task A_codec_that_can_not_be_read_is_refused()
    {
        var path = _fixture.Parquet.Write(
            "lz4.parquet",
            [SchemaFile.Leaf("v", PhysicalType.Int32)],
            group => group.Put(1, 2),
            how => how.Compression(Compression.Lz4Hadoop));

        await _fixture.RefusedAsync(path, "column v is compressed with LZ4 in Hadoop's frames");
    }

    [Fact]
    public async Task An_encoding_that_can_not_be_read_is_refused()
    {
        var path = _fixture.Parquet.Write(
            "split.parquet",
            [SchemaFile.Leaf("v", PhysicalType.Int32)],
            group => group.Put(1, 2),
            how => how.DisableDictionary().Encoding(Encoding.ByteStreamSplit));

        await _fixture.RefusedAsync(path, "column v is encoded as ByteStreamSplit");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_encrypted_file_is_refused_as_such(bool withFooter)
    {
        var key = new byte[16];
        using var column = new ColumnEncryptionPropertiesBuilder("v").Key(key).Build();
        using var builder = new FileEncryptionPropertiesBuilder(key);
        using var encryption = (withFooter ? builder : builder.SetPlaintextFooter()).EncryptedColumns([column]).Build();
        var path = _fixture.Parquet.Write(
            "encrypted.parquet", [SchemaFile.Leaf("v", PhysicalType.Int32)], group => group.Put(1), how => how.Encryption(encryption));

        await _fixture.RefusedAsync(path, "is encrypted, and no key can be given");
    }

    [Fact]
    public async Task A_column_without_a_type_that_has_values_is_refused()
    {
        var path = _fixture.Parquet.Write(
            "null.parquet",
            [SchemaFile.Leaf("v", PhysicalType.Int32, LogicalType.Null(), Repetition.Optional)],
            group => group.Put<int>([0, 1], null, 5));

        await _fixture.RefusedAsync(path, "column v has the type of a column without values, but has some", inspect: false);
    }

    [Fact]
    public async Task A_value_beyond_what_its_type_holds_is_refused_with_what_the_engine_said()
    {
        var path = _fixture.Parquet.Write(
            "far.parquet",
            [SchemaFile.Leaf("v", PhysicalType.Int64, LogicalType.Timestamp(false, TimeUnit.Millis))],
            group => group.Put(long.MaxValue / 10));

        var error = await _fixture.RefusedAsync(path, "has a value beyond what the type of its column can hold", inspect: false);

        Assert.Contains("Conversion Error", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_engine_said_names_the_file_as_people_do()
    {
        var path = _fixture.Parquet.Write("text.parquet", [SchemaFile.Leaf("v", PhysicalType.ByteArray, LogicalType.String())], PutNoText);

        var error = await _fixture.RefusedAsync(path, "is damaged: its rows can't be decoded", inspect: false);

        Assert.Contains($"\"{path}\"", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_runs_out_says_nothing_about_the_file()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET memory_limit = '1MB'; SELECT list(range) FROM range(10000000)";

        var error = Assert.Throws<DuckDBException>(() => command.ExecuteScalar());

        Assert.True(BadFile.IsOtherTrouble(error));
    }

    // A byte that begins a letter of UTF-8 and is followed by none.
    private static void PutNoText(RowGroupWriter group)
    {
        var bytes = Marshal.AllocHGlobal(1);
        Marshal.WriteByte(bytes, 0xC3);
        group.Put(new ByteArray(bytes, 1));
        Marshal.FreeHGlobal(bytes);
    }
}
