using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class CandidatesTests(QueueDatabase database) : IClassFixture<QueueDatabase>, IAsyncLifetime
{
    private const int Most = 40;

    private short _probe;

    // A candidate may be of any team, so each test begins without wakeups.
    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("DELETE FROM orleans_batch.wakeup");
        await database.ExecuteAsync("DELETE FROM orleans_batch.sink");
        _probe = await database.AddSinkAsync("probe");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Team_with_many_groups_delays_no_other()
    {
        var big = TestIds.NextTeam();
        await EnqueueAsync(big, groups: 500);
        var small = Enumerable.Range(0, 20).Select(_ => TestIds.NextTeam()).ToList();
        foreach (var team in small)
        {
            await EnqueueAsync(team, groups: 1);
        }

        var found = await CandidatesAsync();

        Assert.Equal(Most, found.Count);
        Assert.Equal(Most, found.Select(f => f.Group).Distinct().Count());
        Assert.Empty(small.Except(found.Select(f => f.Team)));
        Assert.Equal(20, found.Count(f => f.Team == big));
        Assert.Equal([big, .. small], found.Take(21).Select(f => f.Team));
    }

    [Fact]
    public async Task Teams_are_taken_in_turn_beginning_after_the_one_named()
    {
        var teams = Enumerable.Range(0, 4).Select(_ => TestIds.NextTeam()).ToList();
        foreach (var team in teams)
        {
            await EnqueueAsync(team, groups: 2);
        }

        var found = await CandidatesAsync(after: teams[1]);

        Assert.Equal(
            [teams[2], teams[3], teams[0], teams[1], teams[2], teams[3], teams[0], teams[1]],
            found.Select(f => f.Team));
        Assert.Equal([teams[3], teams[0]], (await CandidatesAsync(after: teams[2], most: 2)).Select(f => f.Team));
    }

    // Polls go on after the last team seen, so that every team comes up although each poll finds one group only.
    [Fact]
    public async Task Every_team_comes_up_when_there_are_more_than_a_poll_looks_at()
    {
        var teams = Enumerable.Range(0, 7).Select(_ => TestIds.NextTeam()).ToList();
        foreach (var team in teams)
        {
            await EnqueueAsync(team, groups: 3);
        }

        HashSet<long> seen = [];
        var after = 0L;
        for (var poll = 0; poll < 7; poll++)
        {
            var found = await CandidatesAsync(after, most: 1);
            after = Assert.Single(found).Team;
            seen.Add(after);
        }

        Assert.Equal(teams, seen.Order());
    }

    [Fact]
    public async Task Group_is_found_once_however_many_wakeups_it_has()
    {
        var team = TestIds.NextTeam();
        await EnqueueAsync(team, groups: 2);
        await EnqueueAsync(team, groups: 2);

        Assert.Equal(["group 1", "group 2"], (await CandidatesAsync()).Select(f => f.Schema));
    }

    [Fact]
    public async Task Held_keys_are_left_out_and_do_not_use_up_the_number_asked_for()
    {
        var team = TestIds.NextTeam();
        await EnqueueAsync(team, groups: 50);
        var held = (await CandidatesAsync()).Select(f => (f.Group, f.Sink)).ToList();

        var found = await CandidatesAsync(held: held);

        Assert.Equal(10, found.Count);
        Assert.Empty(found.Select(f => (f.Group, f.Sink)).Intersect(held));
    }

    // A key is a pair: a group that is held for one sink may be started for another.
    [Fact]
    public async Task Sinks_that_this_silo_does_not_serve_are_left_out()
    {
        var other = await database.AddSinkAsync("other");
        var team = TestIds.NextTeam();
        await EnqueueAsync(team, groups: 2);
        var held = (await CandidatesAsync(sinks: [_probe])).Select(f => (f.Group, f.Sink)).ToList();

        Assert.Equal([_probe, _probe], held.Select(h => h.Sink));
        Assert.Equal([other, other], (await CandidatesAsync(held: held, sinks: [_probe, other])).Select(f => f.Sink));
        Assert.Empty(await CandidatesAsync(sinks: []));
    }

    [Fact]
    public async Task A_team_gets_no_more_than_the_slots_it_has_left()
    {
        var (limited, full, free) = (TestIds.NextTeam(), TestIds.NextTeam(), TestIds.NextTeam());
        foreach (var team in new[] { limited, full, free })
        {
            await EnqueueAsync(team, groups: 10);
        }

        var found = await CandidatesAsync(perTeam: 4, teams: [(limited, 1), (full, 4)]);

        Assert.Equal(3, found.Count(f => f.Team == limited));
        Assert.Equal(0, found.Count(f => f.Team == full));
        Assert.Equal(4, found.Count(f => f.Team == free));
    }

    [Fact]
    public async Task Full_teams_hide_no_other()
    {
        var full = Enumerable.Range(0, 30).Select(_ => TestIds.NextTeam()).ToList();
        foreach (var team in full)
        {
            await EnqueueAsync(team, groups: 3);
        }

        var last = TestIds.NextTeam();
        await EnqueueAsync(last, groups: 1);

        Assert.Equal([last], (await CandidatesAsync(most: 1, perTeam: 1, teams: full.ConvertAll(t => (t, 1)))).Select(f => f.Team));
    }

    [Fact]
    public async Task A_disabled_sinks_groups_are_left_alone()
    {
        await EnqueueAsync(TestIds.NextTeam(), groups: 1);
        await database.ExecuteAsync("UPDATE orleans_batch.sink SET state = 'disabled'");

        Assert.Empty(await CandidatesAsync());
    }

    private Task EnqueueAsync(long team, int groups) => database.ExecuteAsync(
        "SELECT count(orleans_batch.enqueue($1, 'group ' || g, gen_random_uuid(), 0, 'x')) FROM generate_series(1, $2) AS g", team, groups);

    private async Task<List<(long Team, string Schema, int Group, short Sink)>> CandidatesAsync(
        long after = 0, int most = Most, List<(int Group, short Sink)>? held = null, short[]? sinks = null, int? perTeam = null,
        List<(long Team, int Slots)>? teams = null)
    {
        var found = await TestPoll.OnceAsync(database, new PollQuery
        {
            AfterTeam = after,
            MaxGroups = most,
            LeftOut = held?.ConvertAll(h => new LockKey(h.Sink, h.Group)) ?? [],
            Sinks = sinks ?? [_probe],
            MaxPerTeam = perTeam,
            Teams = teams ?? [],
        });
        return [.. found.Candidates.Select(c => (c.Group.TeamId, c.Group.SchemaId, c.GroupId, c.SinkId))];
    }
}
