using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Tables;

// The token in a log when a caught owner was about to go on. Its successor had passed the batch by then.
internal sealed record FenceFact(GroupKey Group, long Seq, string Log, long CaughtToken, long? Token);
