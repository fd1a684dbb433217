using Npgsql;

namespace OrleansBatch.Tests.Support;

// A group with work that no poller learns of, for as long as a test wants.
public static class Unseen
{
    // Producers send no notification for a group with a wakeup.
    // DeleteWakeupsAsync drops this wakeup in the same transaction, so no poll finds the group.
    public static Task InsertWakeupsAsync(this NpgsqlConnection connection, long team, string schema) => connection.ScalarAsync<object>(
        """
        INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
        SELECT $1, orleans_batch.ensure_group($1, $2), s.sink_id FROM orleans_batch.sink AS s
        """,
        team, schema);

    public static Task DeleteWakeupsAsync(this NpgsqlConnection connection, long team) =>
        connection.ScalarAsync<object>("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", team);
}
