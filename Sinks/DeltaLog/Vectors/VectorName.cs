using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

// The file of a vector is named by a UUID, which the log has as Z85 with its first byte first.
// https://github.com/delta-io/delta/blob/master/PROTOCOL.md#derived-fields
internal static class VectorName
{
    private const int UuidLength = 20;

    public static string TextOf(Guid id) => Z85.Encode(id.ToByteArray(bigEndian: true));

    public static string FileOf(Guid id) => $"deletion_vector_{id:D}.bin";

    // A writer may have put a directory of random characters before the name, so that S3 spreads its objects.
    public static string FileOf(DeletionVector vector)
    {
        var text = vector.PathOrInlineDv;
        if (text.Length < UuidLength)
        {
            throw new BadLogText($"{text} names no file");
        }

        var directory = text[..^UuidLength];
        var name = FileOf(new Guid(Z85.Decode(text.AsSpan()[^UuidLength..]), bigEndian: true));
        return directory.Length == 0 ? name : $"{directory}/{name}";
    }
}
