using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

/// <summary>Reads the deletion vectors of a table's files, and writes new ones.</summary>
/// <param name="store">The table's directory.</param>
public sealed class VectorFiles(IObjectStore store)
{
    /// <summary>Names the file of a vector within the table's store. Who deletes files must spare it as long as the log names it.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>Null when the vector lies in the log, or has no file in the table's directory.</returns>
    /// <exception cref="FormatException">The vector names no file.</exception>
    public static string? NameOf(DeletionVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        try
        {
            return vector.StorageType == "u" ? VectorName.FileOf(vector) : null;
        }
        catch (BadLogText error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <summary>Reads which rows of a file are marked.</summary>
    /// <param name="file">A file that has a vector.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="DeltaLogException">The vector is gone or damaged, or lies outside of the table's directory.</exception>
    /// <exception cref="StoreException">The store can't be read.</exception>
    public async Task<MarkedRows> ReadAsync(AddFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var vector = file.DeletionVector ?? throw new ArgumentException($"{file.Path} has no vector.", nameof(file));
        try
        {
            return VectorBytes.Read(await BytesAsync(vector, cancellationToken), vector.Cardinality, file.Stats?.NumRecords);
        }
        catch (BadLogText error)
        {
            throw new DeltaLogException(
                $"The deletion vector of the data file {file.Path} of the table {store.Address} can't be used: {error.Message}. "
                    + "Restore it, or have the table loaded again.",
                DeltaLogTrouble.Damaged);
        }
    }

    /// <summary>
    /// Writes vectors as one file of their own, durable when the call returns. A file of vectors has checksums, which the log has none of,
    /// and neither the log nor its checkpoints grow by the vectors.
    /// </summary>
    /// <param name="vectors">The marked rows of one data file after the other.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The name of the file, and the vectors as the log describes them, in their order.</returns>
    /// <exception cref="StoreException">The store can't be written.</exception>
    public async Task<(string Name, IReadOnlyList<DeletionVector> Vectors)> WriteAsync(
        IReadOnlyList<MarkedRows> vectors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var id = Guid.NewGuid();
        var bytes = vectors.Select(VectorBytes.Write).ToList();
        var (file, offsets) = VectorFileLayout.Write(bytes);
        await store.PutAsync(VectorName.FileOf(id), file, cancellationToken);
        return (
            VectorName.FileOf(id),
            [.. vectors.Select((v, i) => new DeletionVector("u", VectorName.TextOf(id), offsets[i], bytes[i].Length, v.Count))]);
    }

    private async Task<byte[]> BytesAsync(DeletionVector vector, CancellationToken cancellationToken) => vector.StorageType switch
    {
        "i" => OfText(vector),
        "u" => await OfFileAsync(VectorName.FileOf(vector), vector, cancellationToken),
        "p" => throw new DeltaLogException(
            $"The table {store.Address} has a deletion vector at {vector.PathOrInlineDv}, outside of its own directory, as a shallow clone "
                + "has. Make a table of its own of it, or have the table loaded to another place.",
            DeltaLogTrouble.NotSupported),
        _ => throw new BadLogText($"the storage type {vector.StorageType} is unknown here"),
    };

    private static byte[] OfText(DeletionVector vector)
    {
        var bytes = Z85.Decode(vector.PathOrInlineDv);
        return vector.SizeInBytes >= 0 && vector.SizeInBytes <= bytes.Length
            ? bytes[..vector.SizeInBytes]
            : throw new BadLogText($"the log says {vector.SizeInBytes} bytes, and has {bytes.Length}");
    }

    // A file may hold vectors of many data files: only this one's part is read.
    private async Task<byte[]> OfFileAsync(string name, DeletionVector vector, CancellationToken cancellationToken)
    {
        using var found = await store.TryFetchAsync(name, cancellationToken)
            ?? throw new BadLogText($"its file {name} is gone: it was deleted, or vacuumed too early");
        await using var file = File.OpenRead(found.Path);
        if (file.ReadByte() != VectorFileLayout.Version)
        {
            throw new BadLogText($"its file {name} is of another version");
        }

        var (offset, length) = (OffsetOf(vector), VectorFileLayout.LengthAround(vector.SizeInBytes));
        if (length > file.Length - offset)
        {
            throw new BadLogText($"its file {name} ends too early");
        }

        var around = new byte[length];
        file.Position = offset;
        await file.ReadExactlyAsync(around, cancellationToken);
        return VectorFileLayout.Open(around).ToArray();
    }

    // The protocol takes an offset that is left out for 0, where no vector can be. The first one lies behind the version.
    private static int OffsetOf(DeletionVector vector) => Math.Max(vector.Offset ?? 1, 1);
}
