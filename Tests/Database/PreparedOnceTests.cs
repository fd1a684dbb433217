using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Grains.Tenures;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A session parses and plans a statement once. A parameter of another type makes the driver send the statement unprepared, without a word.
// A null without a type is such a parameter.
public sealed class PreparedOnceTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private readonly GroupKey _group = new(TestIds.NextTeam(), "s");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_advances_of_a_tenure_execute_one_plan_whether_their_run_ends_or_their_row_has_moved()
    {
        var key = await EnqueueAsync();
        await using var sources = new EngineDataSources(
            new EngineConnection(Database.ConnectionString), Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions()));
        await using var connection = await sources.Group.OpenConnectionAsync(Ct);
        var session = new GroupSession(connection, new BootClock(), TimeSpan.FromSeconds(9));
        var cursor = new GroupCursor(session, _group, key, "silo", tellsHooks: false, TimeProvider.System);

        var window = (await cursor.TryOwnAsync(1, Ct)).Window!;
        window = await cursor.AdvanceWindowAsync(window, TestOwner.Applied(1), 1, OnDrained.Keep);
        await cursor.EnsureOwnedAsync(Ct);
        var counted = new WindowResult([new BatchResult { RowsApplied = 1, RowsReplaced = 1, ValuesRounded = 1 }], null, Quick: true)
        {
            Notes = ["A note."],
        };
        window = await cursor.AdvanceWindowAsync(window!, counted, 1, OnDrained.Keep);
        await Database.ExecuteAsync("UPDATE orleans_batch.sink_cursor SET heartbeat_at = clock_timestamp()");
        await cursor.AdvanceWindowAsync(window!, TestOwner.Applied(1), 1, OnDrained.GiveUpGroupAndLock);

        Assert.True(cursor.IsLockReleased);
        Assert.Equal([3L], await ExecutionsAsync(connection, QueueStatements.Load("advance_window").ToString()));
    }

    // Two runs: one batch that ends its run, and one in between that does not.
    private async Task<LockKey> EnqueueAsync()
    {
        var sink = await Database.AddSinkAsync("probe");
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, run, 0);
        await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, run, 1, final: true);
        await Database.EnqueueAsync(_group.TeamId, _group.SchemaId, Guid.NewGuid(), 0, final: true);
        return new LockKey(sink, await Database.GroupIdAsync(_group.TeamId, _group.SchemaId));
    }

    private static async Task<List<long>> ExecutionsAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = statement });
        await using var reader = await command.ExecuteReaderAsync(Ct);
        return await reader.RestAsync(r => r.GetInt64(0), Ct);
    }
}
