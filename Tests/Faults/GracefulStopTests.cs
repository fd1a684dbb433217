using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// After a signal the pollers of a silo leave first, then the groups with their current batch, and never two writers work.
[Trait("Length", "Long")]
public sealed class GracefulStopTests : DatabaseTest, IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly string[] _ports = ServedSilo.NewPorts();
    private readonly SiloHttp _http;

    public GracefulStopTests(PostgresFixture postgres)
        : base(postgres) => _http = new SiloHttp(_ports[^1]);

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_lets_the_current_batch_finish_and_nothing_new_begin(string signal)
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        using var silo = await ServeAsync(team, run, """{"probe": {"sleep_ms": 5000}}""");

        await silo.SignalAsync(signal);
        await Eventually.EqualsAsync((503, "The silo is draining.\n"), _http.ReadyAsync, _soon, "the signal has come through");
        Assert.Equal([(0, null)], await LedgerAsync(team));
        var late = Guid.NewGuid();
        await Database.EnqueueAsync(team, "late", late, 0, final: true);

        Assert.Equal(0, await silo.ExitAsync(_soon));
        Assert.Equal([(0, "succeeded")], await LedgerAsync(team));
        Assert.Equal("waiting", await Database.RunStateAsync(late));
        Assert.Equal((0, 0), await CountedAsync(team));
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.sink_cursor WHERE owner IS NOT NULL"));
    }

    [Fact]
    public async Task A_second_signal_cancels_the_current_batch_at_once_without_counting_it()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        using var silo = await ServeAsync(team, run, """{"probe": {"sleep_ms": 600000}}""");

        await silo.SignalAsync("TERM");
        await silo.SignalAsync("INT");

        Assert.Equal(0, await silo.ExitAsync(_soon));
        Assert.Equal([(0, "cancelled")], await LedgerAsync(team));
        Assert.Equal("waiting", await Database.RunStateAsync(run));
        Assert.Equal((0, 0), await CountedAsync(team));
    }

    [Fact]
    public async Task A_third_signal_ends_a_silo_whose_sink_is_deaf()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        using var silo = await ServeAsync(team, run, """{"probe": {"hang_ms": 600000}}""");

        // A signal that comes while another of its kind is pending is merged with it.
        var exit = silo.ExitAsync(_soon);
        while (!exit.IsCompleted)
        {
            await silo.SignalAsync("TERM");
            await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        }

        Assert.NotEqual(0, await exit);
        Assert.Equal([(0, null)], await LedgerAsync(team));
    }

    [Fact]
    public async Task A_deaf_sink_keeps_its_lock_until_the_process_ends()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        using var first = await ServeAsync(team, run, """{"probe": {"hang_ms": 600000}}""", ("OrleansBatch__DrainTimeout", "00:00:01"));
        using var second = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "second", ServedSilo.NewPorts(), "--sinks", "probe");
        var owner = await OwnerAsync();

        await first.SignalAsync("TERM");

        // A lock that changes hands, or is free, while the sink still works would let a second writer in.
        await Eventually.UntilAsync(async () => await OwnerAsync() != owner, _soon, "the lock goes");
        Assert.Equal(0, await first.ExitAsync(TimeSpan.FromSeconds(2)));

        await Eventually.EqualsAsync(2, async () => (await LedgerAsync(team)).Count, _soon, "the second silo takes the batch up");
    }

    private async Task<ServedSilo> ServeAsync(long team, Guid run, string metadata, params (string Name, string Value)[] settings)
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(team, "s", run, 0, metadata: metadata);
        await Database.EnqueueAsync(team, "s", run, 1, final: true);
        var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "first", _ports, settings.ToDictionary(s => s.Name, s => s.Value),
            "--sinks", "probe");
        await Eventually.EqualsAsync(1, async () => (await LedgerAsync(team)).Count, _soon, "the silo works on the batch");
        return silo;
    }

    private Task<List<(int Index, string? Outcome)>> LedgerAsync(long team) => Database.RowsAsync(
        "SELECT batch_index, outcome FROM orleans_batch.probe_ledger WHERE team_id = $1 ORDER BY id",
        r => (r.GetInt32(0), r.IsDBNull(1) ? null : r.GetString(1)), team);

    private async Task<(int Attempts, int Losses)> CountedAsync(long team) => (await Database.RowsAsync(
        """
        SELECT c.attempt, c.losses FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.batch_group AS g USING (group_id)
        WHERE g.team_id = $1 AND g.schema_id = 's'
        """,
        r => (r.GetInt32(0), r.GetInt32(1)), team))[0];

    private Task<int> OwnerAsync() => Database.ScalarAsync<int>("SELECT coalesce((SELECT backend_pid FROM orleans_batch.held_lock), 0)");
}
