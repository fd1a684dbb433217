using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// G5: a group that is never empty keeps no other group from a slot.
public sealed class TimeSliceTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const int Many = 400;

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    private readonly long _team = TestIds.NextTeam();
    private readonly RecordingSink _sink = new() { OnApply = (_, ct) => Task.Delay(5, ct) };

    [Fact]
    public async Task A_group_that_is_never_empty_leaves_its_slot_to_one_that_waits()
    {
        await EnqueueAsync("busy", Many);
        await using var silos = await StartAsync(_ => { });
        await AppliedAsync("busy", 1);
        await EnqueueAsync("waiting", 1);

        await AppliedAsync("waiting", 1);

        Assert.InRange(AppliedTo("busy"), 1, Many - 1);
        await AppliedAsync("busy", Many);
    }

    // There are more such groups than slots, all of one team and in the order in which a poll finds them.
    [Fact]
    public async Task Groups_that_are_never_empty_take_turns_until_each_has_had_one()
    {
        string[] busy = ["a", "b", "c", "d", "e"];
        foreach (var schema in busy)
        {
            await EnqueueAsync(schema, Many);
        }

        await using var silos = await StartAsync(o => o.Slots = 2);

        await Eventually.UntilAsync(
            () => Task.FromResult(busy.All(s => AppliedTo(s) > 0)), _soon, "each of them has had a slot");
        Assert.All(busy, s => Assert.InRange(AppliedTo(s), 1, Many - 1));
    }

    [Fact]
    public async Task A_group_keeps_its_slot_while_nobody_waits()
    {
        await EnqueueAsync("busy", Many / 4);
        await using var silos = await StartAsync(_ => { });

        await AppliedAsync("busy", Many / 4);

        await Eventually.UntilAsync(() => Task.FromResult(!_sink.Released.IsEmpty), _soon, "the group is released");
        Assert.Single(_sink.Released);
    }

    [Fact]
    public async Task Where_teams_are_limited_a_group_leaves_its_slot_to_one_of_its_own_team()
    {
        await EnqueueAsync("busy", Many);
        await using var silos = await StartAsync(o => (o.Slots, o.MaxSlotsPerTeam) = (4, 1));
        await AppliedAsync("busy", 1);
        await EnqueueAsync("waiting", 1);

        await AppliedAsync("waiting", 1);

        Assert.InRange(AppliedTo("busy"), 1, Many - 1);
    }

    private Task<TestSilos> StartAsync(Action<OrleansBatchOptions> configure) => TestSilos.StartAsync(Database, sink: _sink, configure: o =>
    {
        o.Slots = 1;
        o.TimeSlice = TimeSpan.FromMilliseconds(200);
        configure(o);
    });

    private int AppliedTo(string schema) => _sink.Applied.Count(c => c.Batch.Group.SchemaId == schema);

    private Task AppliedAsync(string schema, int count) =>
        Eventually.UntilAsync(() => Task.FromResult(AppliedTo(schema) >= count), _soon, $"{count} batches of {schema} are applied");

    private async Task EnqueueAsync(string schema, int count)
    {
        await Database.AddSinkAsync(RecordingSink.Name);
        await Database.ExecuteAsync(
            """
            SELECT orleans_batch.enqueue_many((
              SELECT jsonb_agg(jsonb_build_object(
                'team_id', $1::bigint, 'schema_id', $2::text, 'run_id', md5($1 || $2)::uuid, 'batch_index', i, 'path', '/x') ORDER BY i)
              FROM generate_series(0, $3::int - 1) AS i))
            """,
            _team, schema, count);
    }
}
