using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Schema;

namespace OrleansBatch.Sinks.DeltaLog.Features;

// A feature, and when a table makes use of it: a table may list a feature that nothing in it needs.
internal sealed record WriterFeature(
    string Name,
    string Meaning,
    Func<DeltaMetadata, DeltaSchema, bool> IsUsed,
    int LegacyVersion = int.MaxValue)
{
    public static readonly WriterFeature[] All =
    [
        new("appendOnly", "files are only added", Never, 2),
        new("invariants", "columns with invariants", (_, s) => HasMetadata(s, "delta.invariants"), 2),
        new("checkConstraints", "CHECK constraints", (m, _) => HasProperty(m, "delta.constraints."), 3),
        new("changeDataFeed", "a feed of changed rows", (m, _) => m.Has("delta.enableChangeDataFeed"), 4),
        new("generatedColumns", "generated columns", (_, s) => HasMetadata(s, "delta.generationExpression"), 4),
        new("columnMapping", "columns stored under other names", IsMapped, 5),
        new("identityColumns", "identity columns", (_, s) => HasMetadata(s, "delta.identity."), 6),
        new("allowColumnDefaults", "columns with defaults", (_, s) => HasMetadata(s, "CURRENT_DEFAULT")),
        new("inCommitTimestamp", "times within commits", (m, _) => m.Has("delta.enableInCommitTimestamps")),
        new("inCommitTimestamp-preview", "times within commits", (m, _) => m.Has("delta.enableInCommitTimestamps")),
        new("typeWidening", "files of several types", IsWidened),
        new("typeWidening-preview", "files of several types", IsWidened),
        new("timestampNtz", "timestamps without time zone", Never),
        new("deletionVectors", "rows marked as deleted without rewriting their file", Never),
        new("vacuumProtocolCheck", "vacuum looks at the protocol", Never),
        new("v2Checkpoint", "checkpoints of the second kind", Always),
        new("rowTracking", "rows with lasting ids", Always),
        new("domainMetadata", "metadata of other programs", Always),
        new("clustering", "clustered files", Always),
        new("icebergCompatV1", "files fit for Iceberg", Always),
        new("icebergCompatV2", "files fit for Iceberg", Always),
        new("icebergCompatV3", "files fit for Iceberg", Always),
        new("icebergWriterCompatV1", "files fit for Iceberg", Always),
        new("icebergWriterCompatV3", "files fit for Iceberg", Always),
        new("variantType", "columns of type variant", Always),
        new("variantType-preview", "columns of type variant", Always),
        new("variantShredding", "columns of type variant", Always),
        new("variantShredding-preview", "columns of type variant", Always),
        new("collations", "texts that are compared by a language's rules", Always),
        new("collations-preview", "texts that are compared by a language's rules", Always),
        new("checkpointProtection", "old checkpoints that must stay", Always),
        new("materializePartitionColumns", "partition columns within files", Always),
        new("catalogManaged", "commits kept by a catalog", Always),
        new("catalogOwned-preview", "commits kept by a catalog", Always),
        new("coordinatedCommits-preview", "commits kept by a coordinator", Always),
        new("redirectReaderWriter-preview", "a table that lies elsewhere", Always),
        new("redirectWriterOnly-preview", "a table that lies elsewhere", Always),
    ];

    private static bool Never(DeltaMetadata metadata, DeltaSchema schema) => false;

    private static bool Always(DeltaMetadata metadata, DeltaSchema schema) => true;

    private static bool IsMapped(DeltaMetadata metadata, DeltaSchema schema) =>
        metadata.Configuration.TryGetValue("delta.columnMapping.mode", out var mode) && mode is not (null or "none");

    private static bool IsWidened(DeltaMetadata metadata, DeltaSchema schema) =>
        metadata.Has("delta.enableTypeWidening") || HasMetadata(schema, "delta.typeChanges");

    private static bool HasProperty(DeltaMetadata metadata, string prefix) =>
        metadata.Configuration.Keys.Any(k => k.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // A name in a value is taken for the real thing: refusing too much does no harm.
    private static bool HasMetadata(DeltaSchema schema, string name) =>
        schema.AllFields().Any(f => f.Metadata.Contains(name, StringComparison.Ordinal));
}
