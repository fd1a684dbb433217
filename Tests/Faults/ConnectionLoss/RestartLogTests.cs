using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults.ConnectionLoss;

// An immediate restart of the database under running groups is two lines of a silo's log.
public sealed class RestartLogTests : IAsyncLifetime
{
    private const int Groups = 8;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private OwnPostgres _postgres = null!;
    private QueueDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _postgres = await OwnPostgres.StartAsync();
        _database = await QueueDatabase.OnAsync(_postgres.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_restart_of_the_database_is_one_line_when_it_begins_and_one_when_it_is_over()
    {
        var release = new TaskCompletionSource();
        var sink = new RecordingSink { OnApply = (_, ct) => release.Task.WaitAsync(ct) };
        var logs = new RecordingLogs();
        await using var silos = await TestSilos.StartAsync(
            _database, sink: sink, add: silo => silo.Services.AddSingleton<ILoggerProvider>(logs));
        var (team, runs) = (TestIds.NextTeam(), Enumerable.Range(0, Groups).Select(_ => Guid.NewGuid()).ToList());
        foreach (var (run, group) in runs.Select((r, g) => (r, g)))
        {
            await _database.EnqueueAsync(team, $"s{group}", run, 0, final: true);
        }

        await Eventually.EqualsAsync(Groups, () => Task.FromResult(sink.Applied.Count), _soon, "all groups work");

        await _postgres.RestartAsync();

        await Eventually.UntilAsync(() => Task.FromResult(logs.Of(221).Count == 1), _soon, "it is over");
        release.SetResult();
        Assert.Single(logs.Of(220));
        Assert.Equal(2, logs.AtLeast(LogLevel.Warning).Count);
        Assert.Matches($"[1-9][0-9]* polls failed and ([{Groups}9]|[1-9][0-9]) other calls", logs.Of(221)[0]);
        _database.Source.Clear();
        foreach (var run in runs)
        {
            await Eventually.EqualsAsync(
                "succeeded", () => _database.RunStateAsync(run, RecordingSink.Name), _soon, "every run succeeds");
        }
    }
}
