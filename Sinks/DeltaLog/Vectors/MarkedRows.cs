using Roaring.Net.CRoaring;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

/// <summary>The rows of a data file that are marked as deleted, by their places in the file. The first row has place 0.</summary>
public sealed class MarkedRows : IDisposable
{
    private readonly Roaring64Bitmap _bits;

    internal MarkedRows(Roaring64Bitmap bits) => _bits = bits;

    /// <summary>Gets how many rows are marked.</summary>
    public long Count => checked((long)_bits.Count);

    /// <summary>Gets the places of the rows, the least first.</summary>
    public IEnumerable<long> Places => _bits.Values.Select(v => checked((long)v));

    internal Roaring64Bitmap Bits => _bits;

    /// <summary>Marks rows, in any order.</summary>
    /// <param name="places">The places of the rows.</param>
    public static MarkedRows Of(IEnumerable<long> places)
    {
        var bits = new Roaring64Bitmap();
        try
        {
            foreach (var some in places.Select(p => checked((ulong)p)).Chunk(64 * 1024))
            {
                bits.AddMany(some);
            }

            return new MarkedRows(bits);
        }
        catch
        {
            bits.Dispose();
            throw;
        }
    }

    /// <summary>Returns these rows and others.</summary>
    /// <param name="others">The other rows.</param>
    public MarkedRows With(MarkedRows others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return new MarkedRows(_bits.Or(others._bits));
    }

    /// <inheritdoc/>
    public void Dispose() => _bits.Dispose();
}
