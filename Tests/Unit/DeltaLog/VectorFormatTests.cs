using System.Buffers.Binary;
using System.IO.Hashing;

using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.DeltaLog.Vectors;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DeltaLog.Golden;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class VectorFormatTests(GoldenTables golden) : IClassFixture<GoldenTables>, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, new long[] { 0 })]
    [InlineData(2, new long[] { 0, 7 })]
    [InlineData(3, new long[] { 0, 7, 14 })]
    public async Task Vectors_of_Spark_mark_the_rows_that_Spark_deleted(long version, long[] places)
    {
        var store = new DirectoryStore(golden.PathOf("log-replay-dv-key-cases"));
        var snapshot = await new DeltaTable(store, new(), TimeProvider.System).ReadAtAsync(version, TableFixture.Token);

        using var rows = await new VectorFiles(store).ReadAsync(Assert.Single(snapshot!.Files.Values), TableFixture.Token);

        Assert.Equal(places, rows.Places);
    }

    [Fact]
    public async Task Every_vector_of_a_partitioned_table_of_Spark_is_read()
    {
        var store = new DirectoryStore(golden.PathOf("dv-partitioned-with-checkpoint"));
        var table = new DeltaTable(store, new(), TimeProvider.System);
        var seen = new HashSet<DeletionVector>();
        for (var version = 0; version <= 15; version++)
        {
            var snapshot = await table.ReadAtAsync(version, TableFixture.Token);
            foreach (var file in snapshot!.Files.Values.Where(f => f.DeletionVector is { } vector && seen.Add(vector)))
            {
                using var rows = await new VectorFiles(store).ReadAsync(file, TableFixture.Token);
                Assert.All(rows.Places, p => Assert.InRange(p, 0, file.Stats!.NumRecords!.Value - 1));
            }
        }

        Assert.Equal(10, seen.Count);
    }

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

        var (name, vectors) = await new VectorFiles(Store).WriteAsync([one, other], TableFixture.Token);

        var file = await File.ReadAllBytesAsync(_directory.Combine(name), TableFixture.Token);
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
        Assert.Equal([3L, 9L], await ReadAsync(vectors[0], 10));
        Assert.Equal([1L, 5_000_000_000L], await ReadAsync(vectors[1], null));
    }

    [Fact]
    public async Task A_vector_within_the_log_ends_where_its_size_says()
    {
        using var rows = MarkedRows.Of([3, 4, 7, 11, 18, 29, 31]);
        var bytes = VectorBytes.Write(rows);
        byte[] padded = [.. bytes, .. new byte[3 - ((bytes.Length + 3) % 4)]];

        Assert.NotEqual(0, bytes.Length % 4);
        Assert.Equal([3L, 4L, 7L, 11L, 18L, 29L, 31L], await ReadAsync(new("i", Z85.Encode(padded), null, bytes.Length, 7), 50));
    }

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
        var (name, vectors) = await new VectorFiles(Store).WriteAsync([rows], TableFixture.Token);
        var path = _directory.Combine(name);
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
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => ReadAsync(vector, what == "place" ? 9 : 10));

        Assert.Equal(DeltaLogTrouble.Damaged, error.Trouble);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vector_outside_of_the_table_is_refused()
    {
        var error = await Assert.ThrowsAsync<DeltaLogException>(
            () => ReadAsync(new DeletionVector("p", "/elsewhere/deletion_vector.bin", 1, 40, 6), null));

        Assert.Equal(DeltaLogTrouble.NotSupported, error.Trouble);
    }

    private DirectoryStore Store => new(_directory.Path);

    private async Task<List<long>> ReadAsync(DeletionVector vector, long? rowsOfFile)
    {
        var file = TableFixture.Named("part") with
        {
            DeletionVector = vector,
            Stats = rowsOfFile is { } rows ? FileStats.Create(rows, []) : null,
        };
        using var marked = await new VectorFiles(Store).ReadAsync(file, TableFixture.Token);
        return [.. marked.Places];
    }
}
