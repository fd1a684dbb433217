using System.Buffers.Binary;

using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Input.Footer;
using OrleansBatch.Sinks.Input.Judgement;
using OrleansBatch.Sinks.Input.Pages;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Input;

// A footer comes from a stranger. A bad one is refused with a sentence, and nothing else ever happens.
public sealed class FooterTests : IDisposable
{
    private const int Tail = 8;

    private readonly ParquetFixture _parquet = new();

    public void Dispose() => _parquet.Dispose();

    [Fact]
    public void A_footer_tells_rows_columns_and_pages()
    {
        var path = _parquet.Write("good.parquet", "SELECT range AS id, [range] AS ids, {'a': 'x'} AS s FROM range(5)");
        using var file = ParquetShape.Open(path, path);

        var schema = ParquetSchema.Of(file);

        Assert.Equal(5, schema.RowCount);
        Assert.Equal(["id BIGINT", "ids BIGINT[]", "s STRUCT(\"a\" VARCHAR)"], schema.Columns.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(["id", "ids.list.element", "s.a"], schema.Leaves.Select(leaf => leaf.Path));
        Assert.All(schema.Footer.RowGroups.Single().Chunks, chunk => Assert.Equal((5L, Codec.Zstd), (chunk.Values, chunk.Codec)));
    }

    [Fact]
    public void Garbage_in_a_footer_is_judged_and_nothing_else()
    {
        var good = Good();
        var random = new Random(20261130);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = good.ToArray();
            var footer = bytes.AsSpan()[^(Tail + FooterLength(bytes))..^Tail];
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                footer[random.Next(footer.Length)] = (byte)random.Next(256);
            }

            Judge(bytes);
        }
    }

    [Fact]
    public void Garbage_in_page_headers_is_judged_and_nothing_else()
    {
        var good = Good();
        var random = new Random(20261201);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = good.ToArray();
            bytes[random.Next(4, bytes.Length - Tail - FooterLength(bytes))] = (byte)random.Next(256);
            Judge(bytes);
        }
    }

    [Fact]
    public void A_footer_that_ends_anywhere_is_damaged()
    {
        var good = Good();
        var length = FooterLength(good);
        for (var cut = 1; cut < length; cut++)
        {
            byte[] bytes = [.. good.AsSpan()[..^(Tail + cut)], .. new byte[4], .. "PAR1"u8];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan()[^Tail..], length - cut);

            Assert.Contains("is damaged", Judge(bytes)?.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }, "it ends too early")]
    [InlineData(new byte[] { 0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, "a number is longer than ten bytes")]
    [InlineData(new byte[] { 0x1F }, "there is no type 15")]
    public void A_claim_that_the_bytes_do_not_bear_is_no_footer(byte[] bytes, string reason)
    {
        var error = Assert.Throws<FooterException>(() => FileFooter.Read(bytes));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_footer_that_is_nested_without_end_is_no_footer()
    {
        var error = Assert.Throws<FooterException>(() => FileFooter.Read(Enumerable.Repeat((byte)0x9C, 100_000).ToArray()));

        Assert.Contains("nested more than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_is_nested_without_end_is_no_schema()
    {
        var lines = Enumerable.Repeat(new SchemaElement { Name = "a", Children = 1 }, 5_000).ToList();

        var error = Assert.Throws<FooterException>(() => SchemaTree.Of(lines));

        Assert.Contains("nested more than", error.Message, StringComparison.Ordinal);
    }

    private static int FooterLength(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes[^Tail..]);

    private byte[] Good() => File.ReadAllBytes(_parquet.Write(
        "good.parquet",
        "SELECT range::INTEGER AS id, [uuid()::VARCHAR] AS names, {'a': 1.5::DECIMAL(9,2), 'b': now()} AS s FROM range(9)"));

    private PermanentBatchException? Judge(byte[] bytes)
    {
        var path = _parquet.WriteBytes("judged.parquet", bytes);
        using var file = ParquetShape.Open(path, path);
        try
        {
            new PageRules(file, ParquetSchema.Of(file), verifyChecksums: true).Check(CancellationToken.None);
            return null;
        }
        catch (PermanentBatchException error)
        {
            return error;
        }
    }
}
