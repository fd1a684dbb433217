using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Findings about the silos that serve a queue, while they run.
public sealed class DoctorSiloTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task Silos_that_write_to_different_places_or_read_different_directories_are_found_while_they_run()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a", destination: "/lake", roots: ["/in", "/more"]);
        await using var b = await ServingPoller.StartAsync(Database, "silo-b", destination: "/lake", roots: ["/more", "/in"]);
        Assert.Empty(await FindAsync());

        await using (var c = await ServingPoller.StartAsync(Database, "silo-c", destination: "/other", roots: ["/in"]))
        {
            var found = await FindAsync();
            Assert.Equal([("destinations_differ", "error"), ("roots_differ", "warning")], found.Select(f => (f.Code, f.Severity)));
            Assert.Contains(
                "silo silo-a (process 42 on host), silo silo-b (process 42 on host) to /lake; silo silo-c (process 42 on host) to /other.",
                found[0].Message, StringComparison.Ordinal);
            Assert.Contains("from /in; ", found[1].Message, StringComparison.Ordinal);
            await c.EndAsync(Database);
        }

        Assert.Empty(await FindAsync());
    }

    // One hung thread of many is a warning, as long as another silo can take the group.
    [Fact]
    public async Task A_silo_whose_sink_hangs_is_found_and_an_error_once_nobody_else_can_take_the_group()
    {
        await using var a = await ServingPoller.StartAsync(Database, "silo-a");
        await using var b = await ServingPoller.StartAsync(Database, "silo-b");
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await HangAsync("silo-a");

        var found = Assert.Single(await FindAsync());
        Assert.Equal(("silo_hung", "warning", "silo-a"), (found.Code, found.Severity, found.Subject));
        Assert.Equal(
            "Silo silo-a (process 42 on host) must be restarted: sink probe was cancelled in 1 of its 16 slots and does not return, "
            + "the longest for 60 min, in group 7/orders.", found.Message);
        Assert.StartsWith("Restart silo silo-a (process 42 on host).", found.Remedy, StringComparison.Ordinal);

        await HangAsync("silo-b");
        Assert.Equal(["error", "error"], (await FindAsync()).Select(f => f.Severity));
        await a.EndAsync(Database);
        Assert.Equal(["silo-b"], (await FindAsync()).Select(f => f.Subject));
    }

    private Task HangAsync(string silo) => Database.ExecuteAsync(
        "INSERT INTO orleans_batch.hung_call (silo, group_id, sink_id, since) VALUES ($1, 1, 1, clock_timestamp() - interval '1 hour')",
        silo);

    private Task<List<Finding>> FindAsync() => Database.RowsAsync(
        "SELECT code, severity, subject, message, remedy FROM orleans_batch.doctor()",
        r => new Finding(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)));
}
