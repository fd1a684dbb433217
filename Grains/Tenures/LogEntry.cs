using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

/// <summary>The entry at the cursor, with its run as it was when it was fetched.</summary>
internal sealed record LogEntry
{
    public required long Seq { get; init; }
    public required string Kind { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required Guid RunId { get; init; }
    public required int BatchIndex { get; init; }
    public required Guid OriginRunId { get; init; }
    public required int OriginIndex { get; init; }
    public required string Path { get; init; }
    public required long? RowCount { get; init; }
    public required long? ByteSize { get; init; }
    public required bool IsFinal { get; init; }
    public required string Metadata { get; init; }
    public required SyncType SyncType { get; init; }
    public required string[] PrimaryKeys { get; init; }
    public required bool BlocksOnFailure { get; init; }
    public required NullKeyRule NullKeys { get; init; }
    public required LossRule Lossy { get; init; }
    public required string RunState { get; init; }
    public required string? SinkRunState { get; init; }

    /// <summary>Gets what is on record of the batch here because it did, or shall, not simply succeed.</summary>
    public required EntryException? Exception { get; init; }

    /// <summary>Gets a value indicating whether the run is older than the sink, which starts at the tail.</summary>
    public required bool BeganBeforeSink { get; init; }

    /// <summary>Gets a value indicating whether another sink has passed the entry first.</summary>
    public required bool HasUpstream { get; init; }

    public bool IsBatch => Kind == "batch";

    /// <summary>Gets how the run ends with this entry, or null when it goes on.</summary>
    public RunEnd? Ends => Kind switch
    {
        "batch" => IsFinal ? RunEnd.Sealed : null,
        "sealed" => RunEnd.Sealed,
        "cancelled" => RunEnd.Cancelled,
        "superseded" => RunEnd.Superseded,
        _ => RunEnd.Stranded,
    };

    public static LogEntry? Read(NpgsqlDataReader r) => r.IsDBNull(4) ? null : new LogEntry
    {
        Seq = r.GetInt64(0),
        Kind = r.GetString(4),
        CreatedAt = r.GetDateTime(5),
        RunId = r.GetGuid(6),
        BatchIndex = r.NullOr<int>(7),
        OriginRunId = r.GetGuid(8),
        OriginIndex = r.NullOr<int>(9),
        Path = r.NullOr<string>(10) ?? string.Empty,
        RowCount = r.NullOr<long?>(11),
        ByteSize = r.NullOr<long?>(12),
        IsFinal = r.GetBoolean(13),
        Metadata = r.GetString(14),
        SyncType = SyncTypeNames.Parse(r.GetString(15)),
        PrimaryKeys = r.GetFieldValue<string[]>(16),
        BlocksOnFailure = r.GetString(17) == "block",
        RunState = r.GetString(18),
        SinkRunState = r.NullOr<string>(19),
        Exception = r.IsDBNull(20) ? null : new EntryException(r.GetString(20), r.GetString(21), r.GetBoolean(22)),
        BeganBeforeSink = r.GetBoolean(23),
        HasUpstream = r.GetBoolean(24),
        NullKeys = NullKeysOf(r.GetString(30)),
        Lossy = LossyOf(r.GetString(31)),
    };

    public static NullKeyRule NullKeysOf(string name) => name == "keep" ? NullKeyRule.Keep : NullKeyRule.Refuse;

    public static LossRule LossyOf(string name) => name == "round" ? LossRule.Round : LossRule.Refuse;

    public Batch ToBatch(GroupKey group) => new()
    {
        Group = group,
        Seq = Seq,
        RunId = RunId,
        BatchIndex = BatchIndex,
        OriginRunId = OriginRunId,
        OriginIndex = OriginIndex,
        Path = Path,
        RowCount = RowCount,
        ByteSize = ByteSize,
        SyncType = SyncType,
        PrimaryKeys = PrimaryKeys,
        NullKeys = NullKeys,
        Lossy = Lossy,
        IsFinal = IsFinal,
        Metadata = Metadata,
    };
}
