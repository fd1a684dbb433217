using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>The entry at the cursor, with what its run says of all its batches.</summary>
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
    public Cdc? Cdc { get; init; }

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

    /// <summary>Reads an entry from the columns of its names; statements differ in what they call its seq and kind.</summary>
    public static LogEntry Read(Row r, long seq, string kind) => new()
    {
        Seq = seq,
        Kind = kind,
        CreatedAt = r.Get<DateTime>("created_at"),
        RunId = r.Get<Guid>("run_id"),
        BatchIndex = r.NullOr<int>("batch_index"),
        OriginRunId = r.Get<Guid>("origin_run_id"),
        OriginIndex = r.NullOr<int>("origin_index"),
        Path = r.NullOr<string>("path") ?? string.Empty,
        RowCount = r.NullOr<long?>("row_count"),
        ByteSize = r.NullOr<long?>("byte_size"),
        IsFinal = r.Get<bool>("is_final"),
        Metadata = r.Get<string>("metadata"),
        SyncType = SyncTypeNames.Parse(r.Get<string>("sync_type")),
        PrimaryKeys = r.Get<string[]>("primary_keys"),
        BlocksOnFailure = r.Get<string>("on_failure") == "block",
        NullKeys = r.Get<string>("null_keys") == "keep" ? NullKeyRule.Keep : NullKeyRule.Refuse,
        Lossy = r.Get<string>("lossy") == "round" ? LossRule.Round : LossRule.Refuse,
        Cdc = CdcText.Parse(r.NullOr<string>("cdc")),
    };

    /// <summary>Reads a batch of a window, which holds nothing but batches.</summary>
    public static LogEntry OfWindow(Row r) => Read(r, r.Get<long>("seq"), "batch");

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
        Cdc = Cdc,
        IsFinal = IsFinal,
        Metadata = Metadata,
    };
}
