using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A sink's notes on a run's end, such as an index that a full refresh could not keep, stand with the run.
public sealed class RunNotesTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const string Note = "The index by_day could not be kept: there is no column day.";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Theory]
    [InlineData("one by one")]
    [InlineData("idempotent")]
    [InlineData("windows")]
    [InlineData("followed")]
    [InlineData("sealed")]
    [InlineData("last one skipped")]
    public async Task Notes_stand_with_the_run_whichever_way_it_ends(string kind)
    {
        IBatchSink sink = kind == "windows"
            ? new TransactionalSink { Notes = [Note] }
            : new RecordingSink { Notes = [Note], IsIdempotent = kind == "idempotent" };
        await Database.AddSinkAsync(RecordingSink.Name);
        if (kind == "followed")
        {
            await Database.ExecuteAsync("SELECT orleans_batch.add_sink(name => 'behind', upstream => 'recording')");
        }

        for (var index = 0; index < 4; index++)
        {
            await Database.EnqueueAsync(_team, "s", _run, index, final: index == 3 && kind != "sealed");
        }

        if (kind == "sealed")
        {
            await Database.ExecuteAsync("SELECT orleans_batch.seal_run($1)", _run);
        }
        else if (kind == "last one skipped")
        {
            await Database.ExecuteAsync(
                "SELECT orleans_batch.skip_batch(run_id => $1, batch_index => 3, sink => 'recording', why => 'Bad.')", _run);
        }

        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await EndsAsync();

        Assert.Equal([Note], await NotesAsync());
        Assert.Contains(silos.Log.Of(108), l => l.EndsWith($"{_run} the sink says: {Note}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_says_anew_what_it_could_not_keep()
    {
        var sink = new RecordingSink { Notes = ["The first time."] };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        await Database.EnqueueAsync(_team, "s", _run, 0, final: true);
        await EndsAsync();

        sink.Notes = [Note];
        await Database.ExecuteAsync(
            "SELECT orleans_batch.replay(team_id => $1, schema_id => 's', sink => 'recording', from_seq => 1, force => true)", _team);

        await Eventually.EqualsAsync(Note, async () => string.Join(' ', await NotesAsync()), _soon, "the replay has ended the run again");
        Assert.Equal("succeeded", await Database.RunStateAsync(_run, RecordingSink.Name));
    }

    private Task EndsAsync() =>
        Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(_run, RecordingSink.Name), _soon, "the run succeeds");

    private async Task<string[]> NotesAsync() => await Database.ScalarAsync<string[]>(
        "SELECT notes FROM orleans_batch.run_status WHERE run_id = $1 AND sink = 'recording'", _run) ?? [];
}
