using OrleansBatch.Grains.Polling;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// G7: deleted wakeups that an old snapshot keeps in the index are read once and not at every poll, and hide no work.
public sealed class DeadStretchTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Dead = 20_000;

    private readonly DeadStretches _known = new(TimeProvider.System);
    private short _probe;

    [Fact]
    public async Task A_stretch_of_dead_wakeups_is_read_once()
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);

        var first = await FindAsync(poll);
        var second = await FindAsync(poll);

        Assert.Equal(["alive"], first.Candidates.Select(c => c.Group.SchemaId));
        Assert.Equal(["alive"], second.Candidates.Select(c => c.Group.SchemaId));
        Assert.InRange(first.Stretches.Sum(s => s.Entries), Dead, Dead * 3);
        Assert.InRange(second.Stretches.Sum(s => s.Entries), 0, 100);
    }

    // Wakeups that die behind a known stretch are read once as well.
    [Fact]
    public async Task A_stretch_grows_with_what_dies_behind_it()
    {
        await using var old = await KillAsync(alive: 300);
        await using var poll = await TestPoll.OpenAsync(Database);
        await FindAsync(poll);
        await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup WHERE id < (SELECT max(id) FROM orleans_batch.wakeup)");

        var grown = await FindAsync(poll);
        var next = await FindAsync(poll);

        Assert.Single(grown.Candidates);
        Assert.InRange(grown.Stretches.Sum(s => s.Entries), 299, 1000);
        Assert.Single(next.Candidates);
        Assert.InRange(next.Stretches.Sum(s => s.Entries), 0, 100);
    }

    [Fact]
    public async Task A_group_in_a_stretch_is_found_when_it_is_told_of_and_when_the_stretches_are_forgotten()
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);
        await FindAsync(poll);
        var group = await WakeUntoldAsync();

        Assert.DoesNotContain(group, (await FindAsync(poll)).Candidates.Select(c => c.GroupId));

        await Database.ExecuteAsync($"SELECT pg_notify('orleans_batch_wakeup', '{group}')");
        await poll.Connection.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Contains(group, (await FindAsync(poll)).Candidates.Select(c => c.GroupId));

        _known.Clear();
        Assert.Contains(group, (await FindAsync(poll)).Candidates.Select(c => c.GroupId));
    }

    [Fact]
    public async Task A_group_in_a_stretch_that_gets_a_batch_is_found_by_the_next_poll()
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);
        var team = (await FindAsync(poll)).Candidates[0].Group.TeamId;

        await Database.EnqueueAsync(team, "drained 7", Guid.NewGuid(), 0);
        await poll.Connection.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Contains("drained 7", (await FindAsync(poll)).Candidates.Select(c => c.Group.SchemaId));
    }

    // Up to a few groups are told by name, more by number.
    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Groups_in_a_stretch_that_get_batches_in_one_call_are_found_at_once(int groups)
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);
        var team = (await FindAsync(poll)).Candidates[0].Group.TeamId;

        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue_many(
              array_agg($1::bigint), array_agg('drained ' || g), array_agg(gen_random_uuid()), array_agg(0),
              array_agg('/data/a.parquet'::text))
            FROM generate_series(1, $2) AS g
            """,
            team,
            groups);
        await poll.Connection.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        // The wait ends with the first notification, and a poll takes in all others.
        string[] found =
        [
            .. (await FindAsync(poll)).Candidates.Concat((await FindAsync(poll)).Candidates).Select(c => c.Group.SchemaId).Distinct(),
        ];
        Assert.Equal(
            Enumerable.Range(1, groups).Select(g => $"drained {g}").Append("alive").Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    // The producer saw a wakeup that the drained group's owner has dropped since, and told nobody.
    [Fact]
    public async Task A_group_in_a_stretch_that_has_just_ended_here_is_found_after_all_others_although_nobody_tells()
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);
        await FindAsync(poll);
        var group = await WakeUntoldAsync();

        Assert.Equal(["alive"], (await FindAsync(poll, most: 1, ended: group)).Candidates.Select(c => c.Group.SchemaId));
        Assert.Contains(group, (await FindAsync(poll, most: 16, ended: group)).Candidates.Select(c => c.GroupId));
    }

    [Fact]
    public async Task What_a_poll_is_told_of_while_its_team_is_full_is_found_once_the_team_has_a_slot()
    {
        await using var old = await KillAsync();
        await using var poll = await TestPoll.OpenAsync(Database);
        var team = (await FindAsync(poll)).Candidates[0].Group.TeamId;
        await Database.EnqueueAsync(team, "drained 7", Guid.NewGuid(), 0);
        await poll.Connection.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Empty((await FindAsync(poll, mostPerTeam: 1, (team, 1))).Candidates);

        Assert.Contains("drained 7", (await FindAsync(poll, mostPerTeam: 1)).Candidates.Select(c => c.Group.SchemaId));
    }

    // Two hundred groups drained while somebody holds a snapshot from before, and some that wait behind them.
    private async Task<StagedSession> KillAsync(int alive = 1)
    {
        var team = TestIds.NextTeam();
        _probe = await Database.AddSinkAsync("probe");
        await Database.ExecuteAsync(
            $"""
            INSERT INTO orleans_batch.batch_group (team_id, schema_id) SELECT {team}, 'drained ' || g FROM generate_series(1, 200) AS g;
            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT g.team_id, g.group_id, {_probe} FROM orleans_batch.batch_group AS g, generate_series(1, {Dead / 200}) AS n;
            """);
        var old = await StagedSession.OpenAsync(Database);
        await old.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        await old.ExecuteAsync("SELECT count(*) FROM orleans_batch.wakeup");
        await Database.ExecuteAsync("DELETE FROM orleans_batch.wakeup");
        await Database.EnqueueAsync(team, "alive", Guid.NewGuid(), 0);
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT w.team_id, w.group_id, w.sink_id FROM orleans_batch.wakeup AS w, generate_series(2, $1)
            """,
            alive);
        return old;
    }

    // A group in the stretch has work again, and no silo was told.
    private async Task<int> WakeUntoldAsync()
    {
        var group = await Database.ScalarAsync<int>("SELECT min(group_id) FROM orleans_batch.batch_group");
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
            SELECT team_id, group_id, $2 FROM orleans_batch.batch_group WHERE group_id = $1
            """,
            group, _probe);
        return group;
    }

    private Task<PollResult> FindAsync(TestPoll poll, int most, int ended) => FindAsync(poll, most, null, [], ended);

    private Task<PollResult> FindAsync(TestPoll poll, int? mostPerTeam = null, params (long Team, int Slots)[] teams) =>
        FindAsync(poll, 16, mostPerTeam, teams, []);

    private async Task<PollResult> FindAsync(
        TestPoll poll, int most, int? mostPerTeam, (long Team, int Slots)[] teams, params int[] ended)
    {
        var found = await poll.FindAsync(new PollQuery
        {
            MaxGroups = most, Sinks = [_probe], Stretches = [.. _known.Current], MaxPerTeam = mostPerTeam, Teams = teams, Ended = ended,
        });
        _known.Note(found.Stretches);
        return found;
    }
}
