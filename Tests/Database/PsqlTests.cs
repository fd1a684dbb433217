using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A producer may be a shell script: the calls are those of docs/producers.md.
public sealed class PsqlTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    [Fact]
    public async Task Batch_is_enqueued_from_psql_with_named_parameters()
    {
        var result = await PsqlAsync(
            $"SELECT orleans_batch.enqueue(team_id => {_team}, schema_id => 'orders', run_id => '{_run}', batch_index => 0, "
            + "path => '/data/0.parquet', row_count => 10, is_final => true, sync_type => 'full_refresh', primary_keys => '{id}', "
            + """metadata => '{"by": "psql"}', options => '{"on_failure": "block"}')""");

        Assert.Equal((0, "1"), (result.ExitCode, result.Output.Trim()));
        Assert.Equal(1, await database.EntriesAsync(_team));
    }

    [Fact]
    public async Task Refusal_reaches_stderr_with_its_sentence_and_hint()
    {
        await database.EnqueueAsync(_team, "orders", _run, 3);

        var result = await PsqlAsync(
            $"SELECT orleans_batch.enqueue(team_id => {_team}, schema_id => 'orders', run_id => '{_run}', batch_index => 1, path => 'x')");

        // Nothing stands before the error, because stdout would come first.
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(
            $"\nERROR:  OB009: Batch index 1 of run {_run} goes backwards: index 3 is already enqueued.\n"
            + "HINT:  Number the batches of a run in the order in which they are to be applied.\n",
            result.Output,
            StringComparison.Ordinal);
    }

    private async Task<ChildProcess> PsqlAsync(string statement) =>
        await ChildProcess.RunAsync(
            [
                await Psql.FindAsync(TestContext.Current.CancellationToken), "--no-psqlrc", "--tuples-only", "--no-align",
                "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose", $"--command={statement}",
                $"--dbname={Psql.Info(database.ConnectionString)}",
            ],
            TimeSpan.FromSeconds(20),
            TestContext.Current.CancellationToken);
}
