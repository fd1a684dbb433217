using OrleansBatch.Grains.Recovery;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// Recovery is a backstop: the state that it mends should never arise, and it never writes a cursor.
public sealed class RecoveryTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_gives_a_wakeup_to_a_group_that_lost_its_own()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", team);
        await using var silos = await TestSilos.StartAsync(Database);

        var report = await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);

        Assert.True(report is { Ran: true, WakeupsMended: 1 }, report.ToString());
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the group runs");
    }

    [Fact]
    public async Task A_sweep_that_another_one_holds_back_does_nothing()
    {
        await using var silos = await TestSilos.StartAsync(Database);
        await using var other = await Database.Source.OpenConnectionAsync(Ct);
        Assert.True(await other.ScalarAsync<bool>("SELECT pg_try_advisory_lock(1329725439, 2)"));

        var report = await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);

        Assert.False(report.Ran);
        Assert.True(await other.ScalarAsync<bool>("SELECT pg_advisory_unlock(1329725439, 2)"));
        Assert.True((await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct)).Ran);
    }

    [Fact]
    public async Task A_sweep_makes_the_partitions_that_are_missing_ahead()
    {
        // The template may be of the day before.
        await Database.ExecuteAsync("SELECT orleans_batch.ensure_partitions()");
        var missing = await Database.ScalarAsync<string>(
            "SELECT 'log_entry_' || to_char((clock_timestamp() AT TIME ZONE 'UTC')::date + 7, 'YYYYMMDD')");
        await Database.ExecuteAsync($"DROP TABLE orleans_batch.{missing}");
        await using var silos = await TestSilos.StartAsync(Database);

        var report = await silos.Client.GetGrain<IRecoveryGrain>(0).SweepAsync(Ct);

        Assert.Equal(1, report.PartitionsMade);
        Assert.True(await Database.ScalarAsync<bool>($"SELECT to_regclass('orleans_batch.{missing}') IS NOT NULL"));
    }

    [Fact]
    public async Task A_silent_holder_is_ended_by_the_pollers()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        var sink = await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, final: true);
        var group = await Database.ScalarAsync<int>("SELECT group_id FROM orleans_batch.batch_group WHERE team_id = $1", team);
        var builder = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            ApplicationName = "orleans-batch-group@gone",
            Pooling = false,
        };
        await using var silent = new Npgsql.NpgsqlConnection(builder.ConnectionString);
        await silent.OpenAsync(Ct);
        Assert.True(await silent.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1, $2)", 1329725440 + sink, group));

        await using var silos = await TestSilos.StartAsync(Database, configure: o =>
        {
            o.LockLifetime = TimeSpan.FromSeconds(1);
        });

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run), _soon, "the group runs under a new owner");
        await Assert.ThrowsAnyAsync<Exception>(() => silent.ScalarAsync<int>("SELECT 1"));
    }
}
