using System.Buffers.Binary;

using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

using ParquetSharp;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class ChecksumTests : IDisposable
{
    private const int Marker = 0x5AC3_1E77;

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(ParquetDataPageVersion.V1, false)]
    [InlineData(ParquetDataPageVersion.V2, false)]
    [InlineData(ParquetDataPageVersion.V1, true)]
    public async Task A_page_that_is_not_as_it_was_written_is_refused_as_damaged(ParquetDataPageVersion version, bool inDictionary)
    {
        var path = Flipped(Write(version, inDictionary, checksum: true));

        await _fixture.RefusedAsync(path, "is damaged: a page of column amount has another checksum than its header says", inspect: false);
    }

    [Fact]
    public async Task Nothing_is_checked_where_the_option_says_so()
    {
        _fixture.Options.VerifyChecksums = false;
        var path = Flipped(Write(ParquetDataPageVersion.V1, inDictionary: false, checksum: true));

        await _fixture.ApplyAsync(_fixture.Batch(1, path));

        Assert.Equal($"1 3 {Marker ^ 1}", await _fixture.RowsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_whole_file_loads_with_checksums_and_without(bool checksum)
    {
        await _fixture.ApplyAsync(_fixture.Batch(1, Write(ParquetDataPageVersion.V2, inDictionary: true, checksum)));

        Assert.Equal($"1 3 {Marker}", await _fixture.RowsAsync());
    }

    private string Write(ParquetDataPageVersion version, bool inDictionary, bool checksum) => _fixture.Parquet.Write(
        "amounts.parquet",
        [SchemaFile.Leaf("amount", PhysicalType.Int32)],
        group => group.Put(1, Marker, 3),
        how =>
        {
            how.Compression(Compression.Uncompressed).DataPageVersion(version).DisableStatistics();
            _ = inDictionary ? how : how.DisableDictionary();
            _ = checksum ? how.EnablePageChecksum() : how;
        });

    // Turns one bit of one value.
    private static string Flipped(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var marker = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(marker, Marker);
        bytes[bytes.AsSpan().IndexOf(marker)] ^= 1;
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
