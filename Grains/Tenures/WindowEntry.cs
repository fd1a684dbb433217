using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

/// <summary>Reads a batch of a window: those are in order, so their run is open or sealed and goes on here.</summary>
internal static class WindowEntry
{
    /// <summary>Reads the entry whose columns begin at the ordinal; null when there is none.</summary>
    public static LogEntry? Read(NpgsqlDataReader r, int o) => r.IsDBNull(o) ? null : new LogEntry
    {
        Seq = r.GetInt64(o),
        Kind = "batch",
        CreatedAt = r.GetDateTime(o + 1),
        RunId = r.GetGuid(o + 2),
        BatchIndex = r.GetInt32(o + 3),
        OriginRunId = r.GetGuid(o + 4),
        OriginIndex = r.GetInt32(o + 5),
        Path = r.GetString(o + 6),
        RowCount = r.NullOr<long?>(o + 7),
        ByteSize = r.NullOr<long?>(o + 8),
        IsFinal = r.GetBoolean(o + 9),
        Metadata = r.GetString(o + 10),
        SyncType = SyncTypeNames.Parse(r.GetString(o + 11)),
        PrimaryKeys = r.GetFieldValue<string[]>(o + 12),
        BlocksOnFailure = r.GetString(o + 13) == "block",
        NullKeys = LogEntry.NullKeysOf(r.GetString(o + 14)),
        Lossy = LogEntry.LossyOf(r.GetString(o + 15)),
        RunState = "open",
        SinkRunState = null,
        BeganBeforeSink = false,
        HasUpstream = false,
        Exception = null,
    };
}
