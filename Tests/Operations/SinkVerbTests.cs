using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// sink add, list, disable and enable, as scripts and people use them.
public sealed class SinkVerbTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task Sinks_are_added_listed_disabled_and_enabled()
    {
        using var cli = new OperatorCli(Database);

        Assert.Contains("no sink yet", await cli.RunAsync(0, "sink", "list"), StringComparison.Ordinal);
        await cli.RunAsync(0, "sink", "add", "first", "--who", "ann", "--reason", "a lake");
        var added = await cli.JsonAsync("sink", "add", "second", "--upstream", "first", "--from", "tail");
        Assert.Equal(("second", "first", "tail"), (added.Text("name"), added.Text("upstream"), added.Text("from")));
        Assert.Equal([("first", "adding", null), ("second", "adding", "first")], await ListAsync(cli));
        Assert.Equal(("sink add", "first", "ann", "a lake"), (await Database.ActionsAsync())[0]);

        Assert.Contains("slash", await cli.RunAsync(2, "sink", "add", "a/b"), StringComparison.Ordinal);
        Assert.Contains("middle", await cli.RunAsync(2, "sink", "add", "x", "--from", "middle"), StringComparison.Ordinal);
        Assert.Contains("OB026", await cli.RunAsync(1, "sink", "add", "x", "--upstream", "none"), StringComparison.Ordinal);
        Assert.Contains("OB037", await cli.RunAsync(1, "sink", "add", "second"), StringComparison.Ordinal);

        // Transactions of other tests that are older than the sink delay its seeding.
        await Eventually.UntilAsync(
            () => Database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink('first')"), TimeSpan.FromSeconds(60), "the sink is seeded");

        Assert.Contains("--yes", await cli.RunAsync(2, "sink", "disable", "first"), StringComparison.Ordinal);
        Assert.Equal("disabled", (await cli.JsonAsync("sink", "disable", "first", "--yes")).Text("state"));
        Assert.Equal(("first", "disabled", null), (await ListAsync(cli))[0]);
        await cli.RunAsync(0, "sink", "enable", "first");
        Assert.Equal(("first", "active", null), (await ListAsync(cli))[0]);
        Assert.Contains("OB026", await cli.RunAsync(1, "sink", "disable", "none", "--yes"), StringComparison.Ordinal);
        Assert.Contains("OB026", await cli.RunAsync(1, "sink", "enable", "none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_and_the_doctor_know_which_running_silo_serves_a_sink()
    {
        using var cli = new OperatorCli(Database);
        await Database.AddSinkAsync("unserved");
        await using (var silos = await TestSilos.StartAsync(Database, count: 2))
        {
            await Eventually.EqualsAsync(
                2, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.serving_silo"), TimeSpan.FromSeconds(30),
                "both poll");
            var probe = (await cli.JsonAsync("sink", "list")).EnumerateArray().Single(s => s.Text("name") == "probe");

            Assert.Equal(
                silos.Handles.Select(silos.NameOf).Order(StringComparer.Ordinal),
                probe.GetProperty("silos").EnumerateArray().Select(s => s.GetString()!));
            Assert.Equal(["unserved"], (await cli.DoctorAsync("sink_unserved")).Select(f => f.Text("subject")!));
        }

        await Eventually.EqualsAsync(
            0, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.serving_silo"), TimeSpan.FromSeconds(30),
            "the server has ended their sessions");
        Assert.Equal(["probe", "unserved"], (await cli.DoctorAsync("sink_unserved")).Select(f => f.Text("subject")!));
    }

    private static async Task<List<(string, string, string?)>> ListAsync(OperatorCli cli) =>
        [.. (await cli.JsonAsync("sink", "list")).EnumerateArray().Select(s => (s.Text("name")!, s.Text("state")!, s.Text("upstream")))];
}
