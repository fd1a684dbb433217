using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G5: no team starves another, however many batches it has waiting.
public sealed class TeamSlotsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_team_with_a_thousand_groups_lets_every_small_team_start_before_most_of_its_own()
    {
        await Database.AddSinkAsync(RecordingSink.Name);
        var big = TestIds.NextTeam();
        await EnqueueAsync(big, groups: 1000);
        var small = Enumerable.Range(0, 20).Select(_ => TestIds.NextTeam()).ToList();
        foreach (var team in small)
        {
            await EnqueueAsync(team, groups: 1);
        }

        var sink = new RecordingSink();
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o => o.Slots = 4);
        await Eventually.UntilAsync(
            () => Task.FromResult(small.TrueForAll(t => sink.Applied.Any(c => c.Batch.Group.TeamId == t))), _soon,
            "every small team has run");

        var before = sink.Applied.TakeWhile(c => !small.Contains(c.Batch.Group.TeamId)).Count();
        Assert.InRange(before, 0, 50);
        Assert.InRange(sink.Applied.Count(c => c.Batch.Group.TeamId == big), 0, 500);
    }

    [Fact]
    public async Task A_team_has_no_more_slots_than_it_may_have_and_the_others_get_the_rest()
    {
        var (greedy, other) = (TestIds.NextTeam(), TestIds.NextTeam());
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { OnApply = (_, ct) => gate.Task.WaitAsync(ct) };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink, configure: o =>
        {
            o.Slots = 6;
            o.MaxSlotsPerTeam = 2;
        });
        await EnqueueAsync(greedy, groups: 20);
        await Eventually.EqualsAsync(2, () => RunningAsync(greedy), _soon, "the greedy team has its slots");

        await EnqueueAsync(other, groups: 20);
        await Eventually.EqualsAsync(2, () => RunningAsync(other), _soon, "the other team has its own");

        Assert.Equal(2, await RunningAsync(greedy));
        gate.SetResult();
        await Eventually.EqualsAsync(40, () => Task.FromResult(sink.Applied.Count), _soon, "all of it runs in the end");
    }

    private Task<int> RunningAsync(long team) => Database.ScalarAsync<int>(
        "SELECT count(*)::int FROM orleans_batch.lock_owner WHERE team_id = $1", team);

    private Task EnqueueAsync(long team, int groups) => Database.ExecuteAsync(
        "SELECT count(orleans_batch.enqueue($1, 'group ' || g, gen_random_uuid(), 0, 'x', true)) FROM generate_series(1, $2) AS g", team,
        groups);
}
