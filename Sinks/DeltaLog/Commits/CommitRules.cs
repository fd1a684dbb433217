using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Features;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.DeltaLog.Commits;

// What must hold before a commit is written. https://github.com/delta-io/delta/blob/master/PROTOCOL.md#requirements-for-writers
internal static class CommitRules
{
    public static void Require(string address, Snapshot? read, Commit commit)
    {
        read?.RequireWritable();
        var metadata = commit.Metadata ?? read?.Metadata ?? throw Wrong("the first commit of a table has metadata");
        var protocol = commit.Protocol ?? read?.Protocol ?? throw Wrong("the first commit of a table has a protocol");
        var schema = commit.Metadata is null ? read!.Schema : SchemaOf(commit.Metadata);
        if (commit.Metadata is not null || commit.Protocol is not null)
        {
            WriterCheck.Require(address, protocol, metadata, schema);
            RequireSchema(protocol, metadata, schema, read);
        }

        RequireOnce(commit.Adds.Select(a => a.Path), "the added path");
        RequireOnce(commit.Removes.Select(r => r.Path), "the removed path");
        RequireOnce(commit.Transactions.Select(t => t.AppId), "the application");
        RequireFiles(read, commit, metadata);
        VectorRules.Require(read, commit, protocol, metadata);
        if (commit.Removes.Count > 0 && commit.DataChange && metadata.Has("delta.appendOnly"))
        {
            throw WriterCheck.Refused(address, "its property delta.appendOnly forbids that rows are removed");
        }
    }

    private static void RequireSchema(DeltaProtocol protocol, DeltaMetadata metadata, DeltaSchema schema, Snapshot? read)
    {
        var names = schema.Fields.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (names is not null)
        {
            throw Wrong($"the names of columns differ in more than case, and {names.Key} is there twice");
        }

        if (metadata.PartitionColumns.FirstOrDefault(p => schema.Fields.All(f => f.Name != p)) is { } partition)
        {
            throw Wrong($"the schema has each partition column, and {partition} is missing");
        }

        if (schema.AllFields().FirstOrDefault(f => f.Type is PrimitiveType { Name: "timestamp_ntz" }) is { } field
            && protocol.ReaderFeatures?.Contains("timestampNtz") is not true)
        {
            throw Wrong($"a column without time zone ({field.Name}) needs the feature timestampNtz in the protocol");
        }

        if (read is not null && metadata.Id != read.Metadata.Id)
        {
            throw Wrong("the id of a table never changes");
        }
    }

    private static void RequireFiles(Snapshot? read, Commit commit, DeltaMetadata metadata)
    {
        if (commit.Removes.FirstOrDefault(r => read?.Files.GetValueOrDefault(r.Path)?.Key != r.Key) is { } unknown)
        {
            throw Wrong($"a file that is removed is in the table, and {unknown.Path} is not");
        }

        foreach (var add in commit.Adds)
        {
            if (add.IsAbsolute || add.Size < 0)
            {
                throw Wrong($"a file that is added lies in the table and has a size, unlike {add.Path}");
            }

            if (add.PartitionValues.Count != metadata.PartitionColumns.Count
                || !metadata.PartitionColumns.All(add.PartitionValues.ContainsKey))
            {
                throw Wrong($"each file has a value for each partition column and for no other, unlike {add.Path}");
            }
        }
    }

    private static void RequireOnce(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (names.FirstOrDefault(n => !seen.Add(n)) is { } twice)
        {
            throw Wrong($"one commit holds {what} {twice} once, and not twice");
        }
    }

    private static DeltaSchema SchemaOf(DeltaMetadata metadata)
    {
        try
        {
            return metadata.ReadSchema();
        }
        catch (FormatException error)
        {
            throw new ArgumentException(error.Message, nameof(metadata), error);
        }
    }

    private static ArgumentException Wrong(string rule) => new($"The commit breaks a rule: {rule}.");
}
