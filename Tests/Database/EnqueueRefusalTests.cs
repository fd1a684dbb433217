using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Refusals of a call because of earlier entries.
public sealed class EnqueueRefusalTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Run_of_another_group_is_refused()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);

        await database.RefusesAsync(
            _team, "OB003", $"Run {_run} belongs to another group, so it can't take a batch of {_team}/invoices.",
            () => database.EnqueueAsync(_team, "invoices", _run, 1));
    }

    [Theory]
    [InlineData("sealed", "OB004")]
    [InlineData("cancelled", "OB005")]
    [InlineData("superseded", "OB006")]
    [InlineData("stranded", "OB007")]
    public async Task Run_that_has_ended_takes_no_further_batches(string state, string sqlState)
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await database.EnqueueAsync(_team, "orders", _run, 4);
        await database.ExecuteAsync("UPDATE orleans_batch.run SET state = $2, end_seq = 2 WHERE run_id = $1", _run, state);

        var sentence = $"Run {_run} is {state}, so it takes no further batches.";
        await database.RefusesAsync(_team, sqlState, sentence, () => database.EnqueueAsync(_team, "orders", _run, 5));
        await database.RefusesAsync(_team, sqlState, sentence, () => database.EnqueueAsync(_team, "orders", _run, 3));
        if (state != "sealed")
        {
            await database.RefusesAsync(
                _team, sqlState, sentence, () => database.EnqueueAsync(_team, "orders", _run, 5, path: null, final: true));
        }
    }

    [Fact]
    public async Task Index_that_goes_backwards_is_refused()
    {
        await database.EnqueueAsync(_team, "orders", _run, 2);
        await database.EnqueueAsync(_team, "orders", _run, 5);

        await database.RefusesAsync(
            _team, "OB009", $"Batch index 3 of run {_run} goes backwards: index 5 is already enqueued.",
            () => database.EnqueueAsync(_team, "orders", _run, 3));
    }

    [Fact]
    public async Task Repeat_with_another_path_is_refused()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0, path: "a.parquet");

        await database.RefusesAsync(
            _team, "OB010", "with the path \"a.parquet\", not \"b.parquet\"",
            () => database.EnqueueAsync(_team, "orders", _run, 0, path: "b.parquet", final: true));
    }

    [Fact]
    public async Task Sync_type_that_changes_within_a_run_is_refused()
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);

        await database.RefusesAsync(
            _team, "OB011", "is append", () => database.EnqueueAsync(_team, "orders", _run, 1, syncType: "full_refresh"));
    }

    [Fact]
    public async Task Primary_keys_that_change_within_a_run_are_refused_and_may_be_left_out()
    {
        const string Call =
            """
            SELECT orleans_batch.enqueue(team_id => $1, schema_id => 'orders', run_id => $2, batch_index => $3, path => 'x',
              sync_type => 'incremental', primary_keys => $4::text[])
            """;
        await database.ExecuteAsync(Call, _team, _run, 0, "{id,line}");

        await database.RefusesAsync(
            _team, "OB011", "with primary keys {line,id}", () => database.ExecuteAsync(Call, _team, _run, 1, "{line,id}"));
        Assert.Equal(2, await database.ScalarAsync<long>(Call, _team, _run, 1, null));
    }

    [Fact]
    public async Task Refusal_inside_a_transaction_leaves_what_a_savepoint_kept()
    {
        await using var session = await StagedSession.BeginAsync(database);
        await session.EnqueueAsync(_team, "orders", _run, 0, final: true);
        await session.ExecuteAsync("SAVEPOINT before_refusal");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => session.EnqueueAsync(_team, "invoices", _run, 1));
        await session.ExecuteAsync("ROLLBACK TO before_refusal");
        await session.CommitAsync();

        Assert.Equal(1, await database.EntriesAsync(_team));
        Assert.Equal(0, await database.GroupIdAsync(_team, "invoices"));
    }
}
