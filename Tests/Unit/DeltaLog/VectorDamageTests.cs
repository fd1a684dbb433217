using System.Buffers.Binary;
using System.IO.Hashing;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.DeltaLog.Vectors;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class VectorDamageTests : IDisposable
{
    private readonly VectorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("checksum", "its checksum is another")]
    [InlineData("size", "bytes, and")]
    [InlineData("magic", "do not begin")]
    [InlineData("bitmap", "its bitmap is damaged")]
    [InlineData("version", "of another version")]
    [InlineData("end", "ends too early")]
    [InlineData("gone", ".bin is gone")]
    [InlineData("cardinality", "the log says 3 rows, and 2 are marked")]
    [InlineData("place", "the file has 9 rows, and none at 9")]
    [InlineData("name", "names no file")]
    [InlineData("type", "storage type x is unknown")]
    public async Task A_vector_that_can_not_be_trusted_is_refused(string what, string said)
    {
        using var rows = MarkedRows.Of([3, 9]);
        var (name, vectors) = await new VectorFiles(_fixture.Store).WriteAsync([rows], TableFixture.Token);
        var path = _fixture.PathOf(name);
        var file = await File.ReadAllBytesAsync(path, TableFixture.Token);
        var bytes = file.AsMemory(5, vectors[0].SizeInBytes);
        switch (what)
        {
            case "checksum": file[^1] ^= 1; break;
            case "size": file[4] ^= 1; break;
            case "magic": bytes.Span[0] ^= 1; break;
            case "bitmap": bytes.Span[16] ^= 1; break;
            case "version": file[0] = 2; break;
            case "end": file = file[..^1]; break;
            default: break;
        }

        if (what is "magic" or "bitmap")
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(5 + bytes.Length), Crc32.HashToUInt32(bytes.Span));
        }

        await File.WriteAllBytesAsync(path, file, TableFixture.Token);
        if (what == "gone")
        {
            File.Delete(path);
        }

        var vector = what switch
        {
            "cardinality" => vectors[0] with { Cardinality = 3 },
            "name" => vectors[0] with { PathOrInlineDv = "short" },
            "type" => vectors[0] with { StorageType = "x" },
            _ => vectors[0],
        };
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.ReadAsync(vector, what == "place" ? 9 : 10));

        Assert.Equal(DeltaLogTrouble.Damaged, error.Trouble);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vector_outside_of_the_table_is_refused()
    {
        var error = await Assert.ThrowsAsync<DeltaLogException>(
            () => _fixture.ReadAsync(new DeletionVector("p", "/elsewhere/deletion_vector.bin", 1, 40, 6), null));

        Assert.Equal(DeltaLogTrouble.NotSupported, error.Trouble);
    }
}
