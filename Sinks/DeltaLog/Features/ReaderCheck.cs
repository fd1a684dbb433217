using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Features;

// Refuses a table whose log means something that replay does not know. Features of the rows themselves are left to WriterCheck.
internal static class ReaderCheck
{
    private static readonly string[] _known =
    [
        "columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "typeWidening-preview", "v2Checkpoint",
        "vacuumProtocolCheck", "variantShredding", "variantShredding-preview", "variantType", "variantType-preview",
    ];

    public static void Require(string address, DeltaProtocol protocol)
    {
        if (Refusal(protocol) is { } reason)
        {
            throw new DeltaLogException(
                $"The table at {address} can't be read: {reason}. Read it with a program that knows it, or drop the feature there.",
                DeltaLogTrouble.NotSupported);
        }
    }

    public static string? Refusal(DeltaProtocol protocol)
    {
        if (protocol.MinReaderVersion is < 1 or > 3)
        {
            return $"it asks for reader version {protocol.MinReaderVersion}, and 3 is the newest that is known here";
        }

        var unknown = protocol.MinReaderVersion < 3 ? [] : (protocol.ReaderFeatures ?? []).Except(_known).ToList();
        return unknown.Count == 0 ? null
            : unknown.Find(f => f.StartsWith("catalog", StringComparison.Ordinal)) is { } managed
                ? $"its commits are kept by a catalog ({managed}), and the log alone does not have the newest"
                : $"it has {Words.List(unknown, "the feature")}, unknown here";
    }
}
