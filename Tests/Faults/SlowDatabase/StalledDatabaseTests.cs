using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.SlowDatabase;

// The processes of the database stand still, as on a disk that does not answer, and go on as though nothing had been.
public sealed class StalledDatabaseTests : IAsyncLifetime
{
    private const int Groups = 6;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly long _team = TestIds.NextTeam();
    private readonly TaskCompletionSource _release = new();
    private readonly RecordingSink _sink = new();
    private OwnPostgres _postgres = null!;
    private QueueDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _postgres = await OwnPostgres.StartAsync();
        _database = await QueueDatabase.OnAsync(_postgres.ConnectionString);
        _sink.OnApply = (_, ct) => _release.Task.WaitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    // The postmaster answers, so that a client's request to cancel gets through, and then the client waits no longer.
    [Fact]
    public async Task A_stall_that_is_shorter_than_the_deadline_costs_no_running_batch_anything()
    {
        await using var silos = await StartAsync(o => o.HeartbeatPeriod = TimeSpan.FromMilliseconds(200));
        var runs = await EnqueueAsync();

        await _postgres.StallAsync(TimeSpan.FromSeconds(7), postmaster: false);

        await SucceedAsync(runs);
        Assert.Equal(Groups, _sink.Applied.Count);
        Assert.Equal([("succeeded", Groups)], await HistoryAsync());
        Assert.Empty(silos.Log.Of(100, 101));
    }

    [Fact]
    public async Task A_stall_that_ends_every_session_turns_no_liveness_red_and_counts_no_loss()
    {
        await using var silos = await StartAsync(o => o.LockLifetime = TimeSpan.FromSeconds(4));
        var runs = await EnqueueAsync();
        var health = silos.Handles[0].ServiceProvider.GetRequiredService<EngineHealth>();

        var problems = new List<string>();
        var stall = _postgres.StallAsync(TimeSpan.FromSeconds(9), postmaster: true);
        while (!stall.IsCompleted)
        {
            problems.AddRange(health.LivenessProblems());
            await Task.WhenAny(stall, Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));
        }

        await stall;
        Assert.Empty(problems);
        await Eventually.EqualsAsync(2 * Groups, () => Task.FromResult(_sink.Applied.Count), _soon, "every batch is taken up again");
        Assert.Equal(
            Enumerable.Repeat(0, Groups),
            await _database.RowsAsync("SELECT losses FROM orleans_batch.sink_cursor", r => r.GetInt32(0)));
        await SucceedAsync(runs);
        Assert.Equal([("lost", Groups), ("succeeded", Groups)], await HistoryAsync());
    }

    private Task<TestSilos> StartAsync(Action<OrleansBatchOptions> configure) =>
        TestSilos.StartAsync(_database, sink: _sink, configure: configure, through: AsByDefault(_postgres.ConnectionString));

    // A client tries all ways to encrypt, unless it is told otherwise, and waits for an answer to each when it connects to cancel.
    private static string AsByDefault(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        SslMode = SslMode.Prefer,
        GssEncryptionMode = GssEncryptionMode.Prefer,
    }.ConnectionString;

    private async Task<List<Guid>> EnqueueAsync()
    {
        var runs = Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            await _database.EnqueueAsync(_team, $"s{group}", run, 0, final: true);
        }

        await Eventually.EqualsAsync(Groups, () => Task.FromResult(_sink.Applied.Count), _soon, "all groups work");
        return runs;
    }

    private async Task SucceedAsync(List<Guid> runs)
    {
        _release.SetResult();
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync(
                "succeeded", () => _database.RunStateAsync(run, RecordingSink.Name), _soon, "the run succeeds");
        }
    }

    private Task<List<(string, int)>> HistoryAsync() => _database.RowsAsync(
        "SELECT outcome, count(*)::int FROM orleans_batch.batch_attempt GROUP BY 1 ORDER BY 1", r => (r.GetString(0), r.GetInt32(1)));
}
