using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Columns;
using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Changes;

// Makes a commit of a change: its files, the marks of its batches and of its owner, and the table's columns where they change.
internal sealed class Commits(DeltaSinkOptions options, TimeProvider time)
{
    private static readonly string _engine = $"OrleansBatch/{Version()}";

    public Commit Of(
        GroupKey group, Snapshot? snapshot, Change change, TableMarks marks, Guid originRunId, SinkContext context,
        params Transaction[] more)
    {
        var now = time.GetUtcNow();
        var run = change.Batches.Count == 0 ? new Dictionary<string, long>()
            : RunMark.Of(snapshot, originRunId).With(change.Batches.Select(b => b.Batch.OriginIndex));
        return new Commit
        {
            Info = Describe(change, originRunId, context),
            Transactions = [.. run.Select(m => Mark(m.Key, m.Value)), .. more, .. marks.ToTransactions()],
            Protocol = Protocols.For(snapshot?.Protocol, change.Shape.Schema, marksRows: change.Marked.Count > 0),
            Metadata = MetadataFor(group, snapshot, change, now),
            Adds = [.. change.Added, .. change.Marked.Select(m => m.After)],
            DataChange = change.ChangesRows,
            RowsComeBack = change.RowsComeBack,
            Removes = [.. change.Removed.Concat(change.Marked.Select(m => m.Before)).Select(f => RemoveFile.Of(f, now))],
        };
    }

    // A mark that expires long after the queue has forgotten the run.
    public Transaction Mark(string appId, long version) => new(appId, version, time.GetUtcNow());

    private DeltaMetadata? MetadataFor(GroupKey group, Snapshot? snapshot, Change change, DateTimeOffset now)
    {
        var schema = change.Shape.Schema.ToJson();
        if (snapshot is null)
        {
            var id = $"{Guid.NewGuid():D}";
            return new DeltaMetadata { Id = id, SchemaString = schema, CreatedTime = now, Configuration = Properties(group) };
        }

        var present = snapshot.Metadata;
        var columns = change.Shape.Schema == snapshot.Schema || schema == snapshot.Schema.ToJson()
            ? present
            : present with { SchemaString = schema };
        var metadata = change.Marked.Count > 0 ? MarkRule.Enable(columns) : columns;
        return ReferenceEquals(metadata, present) ? null : metadata;
    }

    private Dictionary<string, string?> Properties(GroupKey group) => new()
    {
        [TableRules.GroupProperty] = $"{group}",
        ["delta.checkpointInterval"] = options.CheckpointInterval.ToString(CultureInfo.InvariantCulture),
        ["delta.setTransactionRetentionDuration"] =
            string.Create(CultureInfo.InvariantCulture, $"interval {Math.Ceiling(options.TransactionRetention.TotalHours)} hours"),
    };

    private static CommitDescription Describe(Change change, Guid originRunId, SinkContext context) => new(change.Operation)
    {
        Parameters = change.Operation == Operations.Write
            ? new Dictionary<string, string> { ["mode"] = change.Removed.Count > 0 ? "Overwrite" : "Append" }
            : new Dictionary<string, string>(),
        Metrics = Count(change),
        EngineInfo = _engine,
        Custom = new JsonObject { [BatchMark.Member] = BatchMark.Of(originRunId, context.Silo, change.Batches) },
    };

    private static Dictionary<string, long> Count(Change change)
    {
        var counts = new Dictionary<string, long>
        {
            ["numFiles"] = change.Added.Count,
            ["numOutputRows"] = change.Added.Sum(f => f.Rows ?? 0),
            ["numOutputBytes"] = change.Added.Sum(f => f.Size),
            ["numRemovedFiles"] = change.Removed.Count,
        };
        if (change.Marked.Count > 0)
        {
            counts["numTargetDeletionVectorsAdded"] = change.Marked.Count(m => m.Before.DeletionVector is null);
            counts["numTargetDeletionVectorsUpdated"] = change.Marked.Count(m => m.Before.DeletionVector is not null);
        }

        return counts;
    }

    private static string Version() =>
        typeof(Commits).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
