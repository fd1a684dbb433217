using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Recovery;

namespace OrleansBatch.Tests.Support;

// A partition of ten days ago with entries of its own, and the sweep's retention over a connection that waits for nobody.
internal static class OldPartition
{
    public const int Days = 10;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<string> AddOldPartitionAsync(this QueueDatabase database, string parent = "log_entry")
    {
        var name = await database.ScalarAsync<string>(
            $"SELECT '{parent}_' || to_char((clock_timestamp() AT TIME ZONE 'UTC')::date - {Days}, 'YYYYMMDD')");
        await database.ExecuteAsync(
            $"""
            DO $do$ BEGIN EXECUTE format(
              'CREATE TABLE orleans_batch.{name} PARTITION OF orleans_batch.{parent} FOR VALUES FROM (%L) TO (%L)',
              ((clock_timestamp() AT TIME ZONE 'UTC')::date - {Days})::timestamp AT TIME ZONE 'UTC',
              ((clock_timestamp() AT TIME ZONE 'UTC')::date - {Days} + 1)::timestamp AT TIME ZONE 'UTC'); END $do$
            """);
        return name!;
    }

    // The entries look as though they had been enqueued then.
    public static Task AgeEntriesAsync(this QueueDatabase database, long team) => database.ExecuteAsync(
        $"""
        UPDATE orleans_batch.log_entry
        SET created_at = ((clock_timestamp() AT TIME ZONE 'UTC')::date - {Days} + time '12:00') AT TIME ZONE 'UTC'
        WHERE group_id IN (SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1)
        """,
        team);

    public static async Task<string?> StateOfPartitionAsync(this QueueDatabase database, string name) =>
        await database.ScalarAsync<string>("SELECT state FROM orleans_batch.day_partition WHERE name = $1", name);

    public static Task<(int Dropped, int Held)> RetainAsync(this QueueDatabase database) =>
        database.RetainAsync(NewRetention(NullLoggerFactory.Instance));

    public static async Task<(int Dropped, int Held)> RetainAsync(this QueueDatabase database, Retention retention)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Ct);
        await connection.ScalarAsync<object>("SET lock_timeout = '300ms'");
        return await retention.RunAsync(connection, Ct);
    }

    public static Retention NewRetention(ILoggerFactory logs) => new(
        Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions()),
        new TroubleLog(TimeProvider.System, logs.CreateLogger<TroubleLog>()), TimeProvider.System, logs.CreateLogger<Retention>());
}
