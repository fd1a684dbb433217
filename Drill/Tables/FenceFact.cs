using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Tables;

// What stood in a log when a caught owner was about to go on, after its successor had passed the batch that it was caught in.
internal sealed record FenceFact(GroupKey Group, long Seq, string Log, long CaughtToken, long? Token);
