using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// pauses and actions list the records of operators.
public sealed class RecordVerbTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task Pauses_lists_each_with_what_waits_and_the_command_that_ends_it_and_so_does_status()
    {
        using var cli = new OperatorCli(Database);
        await Database.AddSinkAsync("probe");
        Assert.Contains("Nothing is paused.", await cli.RunAsync(0, "pauses"), StringComparison.Ordinal);
        await cli.RunAsync(0, "pause", "--all", "--yes", "--reason", "maintenance", "--who", "ann");

        // An idle queue shows the pause, too.
        Assert.Contains("maintenance", await cli.RunAsync(0, "status"), StringComparison.Ordinal);
        await cli.RunAsync(0, "pause", "7/the orders", "--sink", "probe", "--who", "bob");
        await Database.EnqueueAsync(7, "the orders", Guid.NewGuid(), 0);
        await Database.EnqueueAsync(8, "orders", Guid.NewGuid(), 0, final: true);

        var listed = (await cli.JsonAsync("pauses")).EnumerateArray().ToList();
        Assert.Equal(
            [("ann", "maintenance", 2L, 2L), ("bob", "", 1L, 1L)],
            listed.Select(p => (p.Text("who")!, p.Text("why")!, p.Number("groups_waiting"), p.Number("waiting"))));
        Assert.Equal("the orders", listed[1].Text("schema_id"));
        var shown = await cli.RunAsync(0, "pauses");
        Assert.Contains("orleansbatch resume --all", shown, StringComparison.Ordinal);
        Assert.Equal(0, (await cli.ShellAsync("orleansbatch resume '7/the orders' --sink probe")).ExitCode);
        Assert.Contains("orleansbatch resume '7/the orders' --sink probe", shown, StringComparison.Ordinal);
        Assert.Single((await cli.JsonAsync("pauses")).EnumerateArray());
    }

    [Fact]
    public async Task Actions_lists_who_did_what_and_why_of_all_of_a_run_or_of_a_group()
    {
        using var cli = new OperatorCli(Database);
        var (run, other) = (Guid.NewGuid(), Guid.NewGuid());
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", run, 0);
        await Database.EnqueueAsync(7, "orders2", other, 0);
        Assert.Contains("No actions match.", await cli.RunAsync(0, "actions"), StringComparison.Ordinal);
        await cli.RunAsync(0, "pause", "7/orders", "--who", "ann", "--reason", "a check");
        await cli.RunAsync(0, "pause", "7/orders2");
        await cli.RunAsync(0, "cancel", $"{run}", "--reason", "wrong", "--who", "bob", "--yes");
        await cli.RunAsync(0, "cancel", $"{other}", "--reason", "wrong", "--yes");

        Assert.Equal(["cancel", "cancel", "pause", "pause"], await VerbsAsync());
        Assert.Equal(["cancel"], await VerbsAsync("--run", $"{run}"));
        Assert.Equal(["cancel", "pause"], await VerbsAsync("--group", "7/orders"));
        Assert.Equal(["cancel"], await VerbsAsync("--limit", "1"));
        var shown = await cli.RunAsync(0, "actions", "--group", "7/orders");
        Assert.Contains("a check", shown, StringComparison.Ordinal);
        Assert.Contains("bob", shown, StringComparison.Ordinal);
        Assert.Contains("no run id", await cli.RunAsync(2, "actions", "--run", "x"), StringComparison.Ordinal);
        Assert.Contains("names no group", await cli.RunAsync(2, "actions", "--group", "x"), StringComparison.Ordinal);

        async Task<List<string>> VerbsAsync(params string[] filter) =>
            [.. (await cli.JsonAsync(["actions", .. filter])).EnumerateArray().Select(a => a.Text("verb")!)];
    }
}
