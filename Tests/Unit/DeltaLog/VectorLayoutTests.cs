using System.Buffers.Binary;
using System.IO.Hashing;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Vectors;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class VectorLayoutTests : IDisposable
{
    private readonly VectorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    // The example of the protocol.
    [Fact]
    public void A_name_has_the_first_byte_of_its_uuid_first()
    {
        var vector = new DeletionVector("u", "ab^-aqEH.-t@S}K{vb[*k^", 4, 40, 6);

        Assert.Equal("ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", VectorFiles.NameOf(vector));
        Assert.Null(VectorFiles.NameOf(vector with { StorageType = "i" }));
        Assert.Throws<FormatException>(() => VectorFiles.NameOf(vector with { PathOrInlineDv = "short" }));
        Assert.Equal("^-aqEH.-t@S}K{vb[*k^", VectorName.TextOf(Guid.Parse("d2c639aa-8816-431a-aaf6-d3fe2512ff61")));
    }

    [Fact]
    public async Task A_file_of_vectors_is_laid_out_as_the_protocol_says()
    {
        using var one = MarkedRows.Of([9, 3, 3]);
        using var other = MarkedRows.Of([5_000_000_000, 1]);

        var (name, vectors) = await new VectorFiles(_fixture.Store).WriteAsync([one, other], TableFixture.Token);

        var file = await File.ReadAllBytesAsync(_fixture.PathOf(name), TableFixture.Token);
        Assert.Equal(1, file[0]);
        Assert.Equal([1, 1 + 4 + vectors[0].SizeInBytes + 4], vectors.Select(v => v.Offset!.Value));
        Assert.Equal([2L, 2L], vectors.Select(v => v.Cardinality));
        foreach (var vector in vectors)
        {
            var at = file.AsSpan(vector.Offset!.Value);
            var bytes = at.Slice(4, vector.SizeInBytes);
            Assert.Equal(vector.SizeInBytes, BinaryPrimitives.ReadInt32BigEndian(at));
            Assert.Equal(1681511377, BinaryPrimitives.ReadInt32LittleEndian(bytes));
            Assert.Equal(Crc32.HashToUInt32(bytes), BinaryPrimitives.ReadUInt32BigEndian(at[(4 + vector.SizeInBytes)..]));
        }

        Assert.Equal(1, BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(9)));
        Assert.Equal(file.Length, vectors[1].Offset + 4 + vectors[1].SizeInBytes + 4);
        Assert.Equal([3L, 9L], await _fixture.ReadAsync(vectors[0], 10));
        Assert.Equal([1L, 5_000_000_000L], await _fixture.ReadAsync(vectors[1], null));
    }

    [Fact]
    public async Task A_vector_within_the_log_ends_where_its_size_says()
    {
        using var rows = MarkedRows.Of([3, 4, 7, 11, 18, 29, 31]);
        var bytes = VectorBytes.Write(rows);
        byte[] padded = [.. bytes, .. new byte[3 - ((bytes.Length + 3) % 4)]];

        Assert.NotEqual(0, bytes.Length % 4);
        Assert.Equal([3L, 4L, 7L, 11L, 18L, 29L, 31L], await _fixture.ReadAsync(new("i", Z85.Encode(padded), null, bytes.Length, 7), 50));
    }
}
