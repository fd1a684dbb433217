using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Diagnostics;

// A few teams are named in metrics, however many there are, and no total ever falls.
public sealed class TeamInstrumentsTests : IDisposable
{
    private const string Rows = "orleans-batch-team-rows";

    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services;
    private readonly MetricReading _metrics;
    private readonly TeamInstruments _teams;

    public TeamInstrumentsTests()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_time).AddSingleton<TeamInstruments>()
            .Configure<OrleansBatchOptions>(o => o.MetricTeams = 2).BuildServiceProvider();
        _metrics = new MetricReading(_services);
        _teams = _services.GetRequiredService<TeamInstruments>();
    }

    private IReadOnlyList<(string, double)> Shown => _metrics.Of(Rows);

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void As_many_teams_are_named_as_the_option_says_and_the_others_are_together()
    {
        for (var team = 1; team <= 100; team++)
        {
            Work(team, rows: team, seconds: 1);
        }

        Assert.Equal([("team=1", 1), ("team=2", 2), ("team=other", 5047)], Shown);
    }

    [Fact]
    public void A_team_that_is_busier_takes_the_place_of_another_and_no_total_falls()
    {
        Work(team: 1, rows: 10, seconds: 1);
        Work(team: 2, rows: 10, seconds: 10);
        Work(team: 3, rows: 10, seconds: 100);
        Work(team: 4, rows: 10, seconds: 15);
        Assert.Equal([("team=1", 10), ("team=2", 10), ("team=other", 20)], Shown);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([("team=2", 10), ("team=3", 0), ("team=other", 20)], Shown);
        Work(team: 3, rows: 5, seconds: 1);
        Work(team: 1, rows: 5, seconds: 1);

        Assert.Equal([("team=2", 10), ("team=3", 5), ("team=other", 25)], Shown);
    }

    [Fact]
    public void A_team_stays_named_while_no_other_is_twice_as_busy()
    {
        Work(team: 1, rows: 1, seconds: 10);
        Work(team: 2, rows: 1, seconds: 10);
        Work(team: 3, rows: 1, seconds: 19);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([("team=1", 1), ("team=2", 1), ("team=other", 1)], Shown);
    }

    // OpenTelemetry tells 2,000 series of an instrument apart, and forgets none while the process lives.
    [Fact]
    public void No_more_than_a_thousand_teams_are_ever_named()
    {
        var named = new HashSet<string>();
        for (var team = 1; team <= 3000; team++)
        {
            Work(team, rows: 1, seconds: 1000.0 * team);
            _time.Advance(TimeSpan.FromMinutes(1));
            named.UnionWith(Shown.Select(s => s.Item1));
        }

        Assert.Equal(1001, named.Count);
    }

    private void Work(long team, long rows, double seconds)
    {
        _teams.Spent(team, TimeSpan.FromSeconds(seconds));
        _teams.Applied(team, rows, bytes: 0);
    }
}
