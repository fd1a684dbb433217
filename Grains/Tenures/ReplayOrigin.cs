using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The origin under which a replay applies a run's batches again. This origin is another than the first one, so that a sink which knows the
/// batch takes it once more. A request always has the same origin, so that the sink knows the repeat when an owner is lost.
/// </summary>
internal static class ReplayOrigin
{
    public static Guid Of(Guid origin, long request)
    {
        Span<byte> name = stackalloc byte[24];
        origin.TryWriteBytes(name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(name[16..], request);
        var hash = SHA256.HashData(name);

        // Version 8, for what is made by a rule of one's own: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
