using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// retry of many runs at once, and of a run that only an operator can seal.
public sealed class RetryVerbTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private short _probe;

    [Fact]
    public async Task A_retry_of_an_open_run_says_that_it_is_open_and_seal_ends_it()
    {
        using var cli = new OperatorCli(Database);
        var run = await FailedAsync(7, "orders", final: false, syncType: "full_refresh");

        var said = await cli.RunAsync(0, "retry", $"{run}", "--yes");
        var made = await RetryOfAsync(run);

        Assert.Contains($"orleansbatch seal {made}", said, StringComparison.Ordinal);
        Assert.Contains("replace the table", said, StringComparison.Ordinal);
        Assert.Contains("--yes", await cli.RunAsync(2, "seal", $"{made}"), StringComparison.Ordinal);
        Assert.Equal("open", await Database.StateOfRunAsync(made));
        var sealedAs = await cli.JsonAsync("seal", $"{made}", "--reason", "it is all there", "--who", "ann", "--yes");
        Assert.Equal(3, sealedAs.Number("seq"));
        Assert.Equal("sealed", await Database.StateOfRunAsync(made));
        Assert.Contains(("seal", $"{made}", "ann", "it is all there"), await Database.ActionsAsync());
        Assert.Contains("OB017", await cli.RunAsync(1, "seal", $"{Guid.NewGuid()}", "--yes"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seal", "sealed")]
    [InlineData("--seal false", "open")]
    public async Task Seal_decides_what_a_retry_is(string option, string state)
    {
        using var cli = new OperatorCli(Database);
        var run = await FailedAsync(7, "orders", final: option != "--seal");

        await cli.RunAsync(0, ["retry", $"{run}", .. option.Split(' '), "--yes"]);

        Assert.Equal(state, await Database.StateOfRunAsync(await RetryOfAsync(run)));
    }

    [Fact]
    public async Task All_failed_runs_of_a_team_are_shown_asked_for_once_and_retried_one_by_one()
    {
        using var cli = new OperatorCli(Database);
        var (first, second, refused, other) = (
            await FailedAsync(7, "a"), await FailedAsync(7, "b"), await FailedAsync(7, "c"), await FailedAsync(8, "a"));
        await Database.EndAsync(await EnqueueAsync(7, "c"), _probe, "succeeded", applied: 1);
        var mended = await FailedAsync(7, "d");
        await cli.RunAsync(0, "retry", $"{mended}", "--yes");
        await cli.RunAsync(0, "acknowledge", $"{await FailedAsync(7, "e")}", "--reason", "not needed");
        string[] all = ["retry", "--state", "failed", "--team", "7"];

        var asked = await cli.RunAsync(2, all);
        Assert.Contains($"{first}", asked, StringComparison.Ordinal);
        Assert.Contains("3 runs: what each has left", asked, StringComparison.Ordinal);
        Assert.Equal(1, await RetriesAsync());

        var said = await cli.RunAsync(1, [.. all, "--yes", "--reason", "the disk was full"]);

        Assert.Contains($"Run {first} is retried as {await RetryOfAsync(first)}.", said, StringComparison.Ordinal);
        Assert.Contains($"Run {second} is retried as {await RetryOfAsync(second)}.", said, StringComparison.Ordinal);
        Assert.Contains($"Run {refused} was not retried: Run ", said, StringComparison.Ordinal);
        Assert.Contains("add --force. (OB024)", said, StringComparison.Ordinal);
        Assert.Contains("2 of 3 runs were retried.", said, StringComparison.Ordinal);
        Assert.Equal(3, await RetriesAsync());
        var forced = await cli.JsonAsync([.. all, "--force", "--yes"]);
        Assert.Equal(
            (refused, await RetryOfAsync(refused)),
            Assert.Single(forced.EnumerateArray().Select(r => (r.GetProperty("run_id").GetGuid(), r.GetProperty("retried_as").GetGuid()))));
        Assert.Contains("nothing was done", await cli.RunAsync(0, [.. all, "--yes"]), StringComparison.Ordinal);
        Assert.Equal(Guid.Empty, await RetryOfAsync(other));
    }

    [Theory]
    [InlineData("retry --yes", "Say which run")]
    [InlineData("retry 0190a1b2-0000-7000-8000-000000000001 --state failed --yes", "Say which run")]
    [InlineData("retry 0190a1b2-0000-7000-8000-000000000001 --team 7 --yes", "add --state failed")]
    [InlineData("retry --state failed --since yesterday --yes", "no time")]
    [InlineData("retry --state succeeded --yes", "succeeded")]
    public async Task Runs_are_named_in_one_way(string line, string said)
    {
        using var cli = new OperatorCli(Database);

        Assert.Contains(said, await cli.RunAsync(2, line.Split(' ')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_is_to_be_skipped_counts_as_skipped_while_its_group_is_paused()
    {
        using var cli = new OperatorCli(Database);
        var run = Guid.NewGuid();
        await cli.RunAsync(0, "pause", "7");
        await using var silos = await TestSilos.StartAsync(Database);
        await Database.EnqueueAsync(7, "orders", run, 0, final: true);
        await cli.RunAsync(0, "skip", $"{run}", "0", "--reason", "bad rows", "--yes");

        await Eventually.EqualsAsync(
            "skipped", () => Database.ScalarAsync<string>("SELECT state FROM orleans_batch.batch_status WHERE run_id = $1", run),
            TimeSpan.FromSeconds(30), "the owner takes the request up");

        Assert.Equal(1, (await cli.JsonAsync("show", $"{run}")).GetProperty("sinks")[0].Number("batches_skipped"));
    }

    private async Task<Guid> FailedAsync(long team, string schema, bool final = true, string syncType = "append")
    {
        _probe = await Database.AddSinkAsync("probe");
        var run = await EnqueueAsync(team, schema, final, syncType);
        await Database.PassAsync(team, schema, _probe, 2);
        await Database.EndAsync(run, _probe, "failed");
        await Database.ExceptAsync(run, 0, _probe, "failed");
        return run;
    }

    private async Task<Guid> EnqueueAsync(long team, string schema, bool final = true, string syncType = "append")
    {
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(team, schema, run, 0, final: final, syncType: syncType);
        return run;
    }

    private Task<Guid> RetryOfAsync(Guid run) =>
        Database.ScalarAsync<Guid>("SELECT retried_as FROM orleans_batch.run WHERE run_id = $1", run);

    private Task<long> RetriesAsync() =>
        Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.operator_action WHERE verb = 'retry'");
}
