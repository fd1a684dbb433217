using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.Delta.Columns;

// The protocol that a table's columns and marked rows ask for. A table without special ones stays one that every reader reads.
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
    public static DeltaProtocol? For(DeltaProtocol? present, DeltaSchema schema, bool marksRows)
    {
        var needsNtz = schema.Fields.Any(f => DeltaTypes.HasTimestampNtz(f.Type));
        if (present is null)
        {
            return needsNtz ? DeltaProtocol.WithTimestampNtz : DeltaProtocol.Plain;
        }

        var needed = present;
        needed = needsNtz ? With(needed, Ntz) : needed;
        needed = marksRows ? With(needed, DeletionVector.Feature) : needed;
        return ReferenceEquals(needed, present) ? null : needed;
    }

    private static DeltaProtocol With(DeltaProtocol present, string feature)
    {
        if (present.Has(feature))
        {
            return present;
        }

        var reader = present.ReaderFeatures ?? (present.MinReaderVersion >= 2 ? ["columnMapping"] : []);
        var writer = present.WriterFeatures ?? [.. _ofVersions.Where(v => v.Version <= present.MinWriterVersion).Select(v => v.Feature)];
        return new DeltaProtocol(3, 7, [.. reader.Append(feature).Distinct()], [.. writer.Append(feature).Distinct()]);
    }
}
