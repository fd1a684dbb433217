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
            Protocol = Protocols.For(snapshot?.Protocol, change.Shape.Schema),
            Metadata = MetadataFor(group, snapshot, change, now),
            Adds = change.Added,
            DataChange = change.ChangesRows,
            Removes = [.. change.Removed.Select(f => RemoveFile.Of(f, now))],
        };
    }

    // A mark that expires long after the queue has forgotten the run.
    public Transaction Mark(string appId, long version) => new(appId, version, time.GetUtcNow());

    private DeltaMetadata? MetadataFor(GroupKey group, Snapshot? snapshot, Change change, DateTimeOffset now)
    {
        var schema = change.Shape.Schema.ToJson();
        return snapshot is null
            ? new DeltaMetadata { Id = $"{Guid.NewGuid():D}", SchemaString = schema, CreatedTime = now, Configuration = Properties(group) }
            : change.Shape.Schema == snapshot.Schema || schema == snapshot.Schema.ToJson() ? null
            : snapshot.Metadata with { SchemaString = schema };
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
        Metrics = new Dictionary<string, long>
        {
            ["numFiles"] = change.Added.Count,
            ["numOutputRows"] = change.Added.Sum(f => f.Rows ?? 0),
            ["numOutputBytes"] = change.Added.Sum(f => f.Size),
            ["numRemovedFiles"] = change.Removed.Count,
        },
        EngineInfo = _engine,
        Custom = new JsonObject { [BatchMark.Member] = BatchMark.Of(originRunId, context.Silo, change.Batches) },
    };

    private static string Version() =>
        typeof(Commits).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
