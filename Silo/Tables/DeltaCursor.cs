using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Sinks.Delta;

namespace OrleansBatch.Silo.Tables;

// Where the queue stands with the sink delta in a group.
internal sealed record DeltaCursor(
    GroupKey Group, long NextSeq, long AppliedSeq, long TailSeq, long ClaimedTo, DeltaTableOrigin? Next)
{
    public static Task<List<DeltaCursor>> ListAsync(NpgsqlDataSource source, int limit, CancellationToken ct) =>
        ReadAsync(source, ct, limit, DBNull.Value, DBNull.Value);

    // Null when the group is being mended or removed by now.
    public async Task<DeltaCursor?> ReadAgainAsync(NpgsqlDataSource source, CancellationToken ct) =>
        (await ReadAsync(source, ct, 1, Group.TeamId, Group.SchemaId)).FirstOrDefault();

    // An owner commits to the table first. A crash in between leaves batches there that the cursor has not passed:
    // the claim tells of them, or the table knows the batch at the cursor.
    public bool IsPassedBy(DeltaTableState table) =>
        table.ReachedSeq > TailSeq
        || (table.Seq >= NextSeq && table.Seq > ClaimedTo && Next is { } next
            && !(table.LastOrigin is { } origin && origin.RunId == next.RunId && origin.BatchIndex >= next.BatchIndex));

    private static Task<List<DeltaCursor>> ReadAsync(NpgsqlDataSource source, CancellationToken ct, params object[] values) =>
        source.ReadAsync(
            "delta_cursors",
            r => new DeltaCursor(
                new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5),
                r.IsDBNull(6) ? null : new DeltaTableOrigin(r.GetGuid(6), r.GetInt32(7))),
            ct,
            values);
}
