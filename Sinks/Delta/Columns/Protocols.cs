using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.Delta.Columns;

// The protocol that a table's columns ask for. A table without special columns stays one that every reader reads.
internal static class Protocols
{
    private const string Ntz = "timestampNtz";

    // What each writer version brought, which a table must name once it names features at all.
    private static readonly (int Version, string Feature)[] _ofVersions =
    [
        (2, "appendOnly"), (2, "invariants"), (3, "checkConstraints"), (4, "changeDataFeed"), (4, "generatedColumns"), (5, "columnMapping"),
        (6, "identityColumns"),
    ];

    // Null when the table's present protocol does.
    public static DeltaProtocol? For(DeltaProtocol? present, DeltaSchema schema)
    {
        var needsNtz = schema.Fields.Any(f => DeltaTypes.HasTimestampNtz(f.Type));
        return present is null ? (needsNtz ? DeltaProtocol.WithTimestampNtz : DeltaProtocol.Plain)
            : needsNtz && present.ReaderFeatures?.Contains(Ntz) is not true ? WithNtz(present)
            : null;
    }

    private static DeltaProtocol WithNtz(DeltaProtocol present)
    {
        var reader = present.ReaderFeatures ?? (present.MinReaderVersion >= 2 ? ["columnMapping"] : []);
        var writer = present.WriterFeatures ?? [.. _ofVersions.Where(v => v.Version <= present.MinWriterVersion).Select(v => v.Feature)];
        return new DeltaProtocol(3, 7, [.. reader.Append(Ntz).Distinct()], [.. writer.Append(Ntz).Distinct()]);
    }
}
