using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A transaction that enqueues can be prepared whether its groups are idle or not, on a server that allows it.
public sealed class PreparedTransactionTests(PreparedTransactionTests.Server server) : IClassFixture<PreparedTransactionTests.Server>
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private QueueDatabase Database => server.Database;

    public static TheoryData<string, bool> Calls
    {
        get
        {
            var calls = new TheoryData<string, bool>();
            foreach (var isIdle in new[] { true, false })
            {
                calls.Add("SELECT orleans_batch.enqueue($1, 's', $2, 1, 'x')", isIdle);
                calls.Add("SELECT orleans_batch.enqueue($1, 's', gen_random_uuid(), 1, 'x') WHERE $2 IS NOT NULL", isIdle);
                calls.Add("SELECT orleans_batch.enqueue_many(ARRAY[$1], ARRAY['s'], ARRAY[$2], ARRAY[1], ARRAY['x'])", isIdle);
                calls.Add(
                    """
                    SELECT orleans_batch.enqueue_many(
                      array_agg($1::bigint), array_agg('s' || i), array_agg(gen_random_uuid()), array_agg(0), array_agg('x'::text))
                    FROM generate_series(1, 6) AS i WHERE $2 IS NOT NULL
                    """,
                    isIdle);
                calls.Add("SELECT orleans_batch.seal_run($2) WHERE $1 > 0", isIdle);
            }

            return calls;
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_transaction_that_enqueues_can_be_prepared_whether_the_group_is_idle_or_not(string call, bool isIdle)
    {
        await SeedAsync(isIdle);
        var before = await Database.EntriesAsync(_team);
        await using (var producer = await StagedSession.OpenAsync(Database))
        {
            await producer.ExecuteAsync("BEGIN");
            await producer.ExecuteAsync(call, _team, _run);
            await producer.ExecuteAsync($"PREPARE TRANSACTION 'p{_team}'");
        }

        Assert.Equal(before, await Database.EntriesAsync(_team));
        await Database.ExecuteAsync($"COMMIT PREPARED 'p{_team}'");
        Assert.True(await Database.EntriesAsync(_team) > before);
        Assert.True(await Database.WakeupsAsync(_team) > 0);
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.hint"));
    }

    [Fact]
    public async Task A_transaction_that_commits_tells_the_silos_once_for_each_idle_group_and_one_that_is_prepared_tells_nobody()
    {
        await SeedAsync(isIdle: true);
        var group = await Database.GroupIdAsync(_team, "s");
        List<string> heard = [];
        await using var listener = await StagedSession.OpenAsync(Database);
        listener.Connection.Notification += (_, e) => heard.Add(e.Payload);
        await listener.ExecuteAsync("LISTEN orleans_batch_wakeup");

        await using (var producer = await StagedSession.BeginAsync(Database))
        {
            await producer.EnqueueAsync(_team, "s", _run, 1);
            await producer.EnqueueAsync(_team, "s", _run, 2);
            await producer.CommitAsync();
            await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);
            await producer.ExecuteAsync("BEGIN");
            await producer.EnqueueAsync(_team, "s", _run, 3);
            await producer.ExecuteAsync($"PREPARE   transaction 'q{_team}'");
        }

        await Database.ExecuteAsync($"COMMIT PREPARED 'q{_team}'");
        await Database.ExecuteAsync("SELECT pg_notify('orleans_batch_wakeup', 'end')");
        while (!heard.Contains("end"))
        {
            Assert.True(await listener.Connection.WaitAsync(_soon, TestContext.Current.CancellationToken));
        }

        var sinks = await Database.ScalarAsync<string>("SELECT string_agg(sink_id::text, ',' ORDER BY sink_id) FROM orleans_batch.sink");
        Assert.Equal([$"{group} {_team} {sinks} s", "end"], heard);
    }

    [Fact]
    public async Task What_was_prepared_is_applied_after_its_commit_though_nobody_was_told()
    {
        var sink = new RecordingSink();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await using (var producer = await StagedSession.OpenAsync(Database))
        {
            await producer.ExecuteAsync("BEGIN");
            await producer.EnqueueAsync(_team, "s", _run, 0, final: true);
            await producer.ExecuteAsync($"PREPARE TRANSACTION 'r{_team}'");
        }

        await Database.ExecuteAsync($"COMMIT PREPARED 'r{_team}'");

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");
    }

    private async Task SeedAsync(bool isIdle)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(_team, "s", _run, 0);
        if (isIdle)
        {
            await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE team_id = $1", _team);
        }
    }

    // The server allows prepared transactions, a setting that takes a restart.
    public sealed class Server : IAsyncLifetime
    {
        private OwnPostgres? _postgres;
        private QueueDatabase? _database;

        public QueueDatabase Database => _database!;

        public async ValueTask InitializeAsync()
        {
            _postgres = await OwnPostgres.StartAsync();
            _database = await QueueDatabase.OnAsync(_postgres.ConnectionString);
            await _database.ExecuteAsync("ALTER SYSTEM SET max_prepared_transactions = 10");
            await _postgres.RestartAsync();
            _database.Source.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
