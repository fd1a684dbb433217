using Npgsql;

namespace OrleansBatch.Tests.Support;

// A group with work that no poller learns of, for as long as a test wants.
public static class Unseen
{
    // A group with a wakeup is not told of. It goes with DeleteWakeupsAsync in the same transaction, and no poll finds one without.
    public static Task InsertWakeupsAsync(this NpgsqlConnection connection, long team, string schema) => connection.ScalarAsync<object>(
        """
        INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
        SELECT $1, orleans_batch.ensure_group($1, $2), s.sink_id FROM orleans_batch.sink AS s
        """,
        team, schema);

    public static Task DeleteWakeupsAsync(this NpgsqlConnection connection, long team) =>
        connection.ScalarAsync<object>("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", team);
}
