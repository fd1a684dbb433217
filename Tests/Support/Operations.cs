using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Support;

// Rows of operators, written one by one, and sinks that follow others.
internal static class Operations
{
    public static async Task<long> AddRequestAsync(
        this QueueDatabase database, LockKey key, string kind, long seq, string why = "mended") =>
        await database.ScalarAsync<long>(
            """
            WITH asked AS (
              INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why) VALUES ($1, $2, $3, $4, 'alice', $5)
              RETURNING request_id
            ), woken AS (
              INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
              SELECT g.team_id, g.group_id, $2 FROM orleans_batch.batch_group AS g WHERE g.group_id = $1
            )
            SELECT request_id FROM asked
            """,
            key.GroupId, key.SinkId, kind, seq, why);

    public static Task PauseAsync(this QueueDatabase database, long? team = null, string? schema = null, short? sink = null) =>
        database.ExecuteAsync(
            "INSERT INTO orleans_batch.pause (team_id, schema_id, sink_id, who, why) "
                + "VALUES ($1::bigint, $2::text, $3::smallint, 'alice', 'a check')",
            team, schema, sink);

    public static async Task<short> AddFollowerAsync(this QueueDatabase database, string name, string upstream)
    {
        await database.AddSinkAsync(upstream);
        return await database.ScalarAsync<short>(
            """
            INSERT INTO orleans_batch.sink (name, upstream_id) SELECT $1, s.sink_id FROM orleans_batch.sink AS s WHERE s.name = $2
            ON CONFLICT (name) DO UPDATE SET name = $1 RETURNING sink_id
            """,
            name, upstream);
    }
}
