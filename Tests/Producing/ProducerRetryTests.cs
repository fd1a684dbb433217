using System.Transactions;
using Npgsql;
using OrleansBatch.Producer;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Producing;

// Some errors are tried again and others are not. To a producer a lost answer is the same as a call that did not arrive.
public sealed class ProducerRetryTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_is_tried_again()
    {
        await using var proxy = Proxy();
        await using var source = Through(proxy);
        proxy.Cut();

        var enqueue = Producer(source, retries: int.MaxValue).EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct);
        await Eventually.UntilAsync(() => Task.FromResult(proxy.Accepted >= 2), _soon, "the producer tries again");
        proxy.Heal();

        Assert.Equal(1, await enqueue);
    }

    [Fact]
    public async Task The_error_comes_out_when_the_retries_are_used_up()
    {
        await using var proxy = Proxy();
        await using var source = Through(proxy);
        proxy.Cut();

        await Assert.ThrowsAsync<NpgsqlException>(
            () => Producer(source, retries: 2).EnqueueAsync(ProducerBatch.Of(_team, _run, 0), Ct));

        Assert.Equal(3, proxy.Accepted);
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_there_once()
    {
        await Database.EnqueueAsync(_team, "orders", _run, 0);
        await using var proxy = Proxy();
        await using var source = Through(proxy);
        await using var barrier = await StagedSession.BeginAsync(Database);
        await barrier.ExecuteAsync("SELECT FROM orleans_batch.batch_group WHERE team_id = $1 FOR NO KEY UPDATE", _team);

        var enqueue = Producer(source, retries: 5).EnqueueAsync(ProducerBatch.Of(_team, _run, 1), Ct);
        await WaitersAsync(1);
        proxy.CloseAll();
        await WaitersAsync(2);
        await barrier.CommitAsync();

        Assert.Equal(2, await enqueue);
        await WaitersAsync(0);
        Assert.Equal(2, await Database.EntriesAsync(_team));
    }

    [Theory]
    [InlineData("40P01", 3)]
    [InlineData("57P01", 3)]
    [InlineData("57P03", 3)]
    [InlineData("08006", 3)]
    [InlineData("08P01", 3)]
    [InlineData("53300", 3)]
    [InlineData("42P01", 1)]
    [InlineData("23505", 1)]
    [InlineData("55P03", 1)]
    public async Task What_passes_is_tried_again_and_what_does_not_comes_out_as_it_is(string sqlState, int calls)
    {
        await FailWithAsync(sqlState);

        var error = await Assert.ThrowsAsync<PostgresException>(() => Producer(Database.Source, retries: 2).RunAliveAsync(_run, Ct));

        Assert.Equal((sqlState, calls), (error.SqlState, await CallsAsync()));
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        await FailWithAsync("OB005");

        await Assert.ThrowsAsync<EnqueueRefusedException>(() => Producer(Database.Source, retries: 2).RunAliveAsync(_run, Ct));

        Assert.Equal(1, await CallsAsync());
    }

    [Fact]
    public async Task Nothing_is_tried_again_in_an_ambient_transaction()
    {
        await FailWithAsync("40P01");
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await Assert.ThrowsAsync<PostgresException>(() => Producer(Database.Source, retries: 2).RunAliveAsync(_run, Ct));
        }

        Assert.Equal(1, await CallsAsync());
    }

    private static BatchProducer Producer(NpgsqlDataSource source, int retries) => new(source, new BatchProducerOptions
    {
        MaxRetries = retries, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(20),
    });

    private FaultProxy Proxy()
    {
        var server = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        return new FaultProxy(server.Host!, server.Port);
    }

    private NpgsqlDataSource Through(FaultProxy proxy) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Host = "127.0.0.1", Port = proxy.Port, ApplicationName = "staged" });

    private Task WaitersAsync(long count) => Eventually.EqualsAsync(
        count,
        () => Database.ScalarAsync<long>(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'staged' AND wait_event_type = 'Lock'
            """),
        _soon,
        $"{count} calls wait");

    // A sequence counts the calls whatever becomes of their transactions.
    private Task FailWithAsync(string sqlState) => Database.ExecuteAsync(
        $"""
        CREATE SEQUENCE public.calls;
        CREATE OR REPLACE FUNCTION orleans_batch.run_alive(run_id uuid) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM nextval('public.calls');
          RAISE EXCEPTION 'It failed.' USING ERRCODE = '{sqlState}';
        END $$
        """);

    private async Task<int> CallsAsync() => (int)await Database.ScalarAsync<long>("SELECT last_value FROM public.calls");
}
