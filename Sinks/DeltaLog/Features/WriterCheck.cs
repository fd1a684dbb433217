using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Features;

// Refuses to write what this library would write wrongly.
internal static class WriterCheck
{
    public static void Require(string address, DeltaProtocol protocol, DeltaMetadata metadata, DeltaSchema schema)
    {
        ReaderCheck.Require(address, protocol);
        if (Refusal(protocol, metadata, schema) is { } reason)
        {
            throw Refused(address, reason);
        }
    }

    public static DeltaLogException Refused(string address, string reason) => new(
        $"The table at {address} can't be written: {reason}. Write it with a program that knows that, drop the feature there, "
            + "or load into a table of its own.",
        DeltaLogTrouble.NotSupported);

    private static string? Refusal(DeltaProtocol protocol, DeltaMetadata metadata, DeltaSchema schema)
    {
        if (protocol.MinWriterVersion is < 1 or > 7)
        {
            return $"it asks for writer version {protocol.MinWriterVersion}, and 7 is the newest that is known here";
        }

        var listed = protocol.MinWriterVersion == 7 ? protocol.WriterFeatures ?? [] : [];
        var unknown = listed.Except(WriterFeature.All.Select(f => f.Name)).ToList();
        if (unknown.Count > 0)
        {
            return $"it has {Words.List(unknown, "the feature")}, unknown here";
        }

        // A property without its feature means nothing to the protocol, and something to who set it.
        var used = WriterFeature.All
            .Where(f => (listed.Contains(f.Name) || f.LegacyVersion < int.MaxValue) && f.IsUsed(metadata, schema))
            .Select(f => $"{f.Name} ({f.Meaning})").ToList();
        return used.Count > 0 ? $"it has {Words.List(used, "the feature")}, and that is not kept here"
            : metadata.Provider != "parquet" ? $"its files are of the format {metadata.Provider}, and not of Parquet"
            : UnknownType(schema) is { } column ? $"the type of its column {column} is unknown here"
            : null;
    }

    private static string? UnknownType(DeltaSchema schema) =>
        schema.AllFields().FirstOrDefault(f => f.Type is PrimitiveType { IsKnown: false })?.Name;
}
