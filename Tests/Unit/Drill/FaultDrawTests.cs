using OrleansBatch.Drill;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Tests.Unit.Drill;

// A seed is worth printing only when it brings back the same drill.
public sealed class FaultDrawTests
{
    [Fact]
    public void A_seed_draws_the_same_faults_again() => Assert.Equal(Faults(7), Faults(7));

    [Fact]
    public void Another_seed_draws_others() => Assert.NotEqual(Faults(7), Faults(8));

    [Fact]
    public void A_seed_draws_the_same_work_again() => Assert.Equal(Work(7), Work(7));

    [Fact]
    public void Every_draw_offers_every_fault_and_every_silo()
    {
        var draw = FaultDraw.Next(new Random(1), new DrillOptions { Hosts = 4, Sink = DrillSinks.Delta, Store = DrillStores.S3 });

        Assert.Equal(Enum.GetValues<FaultKind>(), draw.Kinds.Order());
        Assert.Equal([0, 1, 2, 3], draw.Silos.Order());
    }

    [Fact]
    public void Faults_of_hosts_are_drawn_only_where_silos_have_hosts_of_their_own()
    {
        var draw = FaultDraw.Next(new Random(1), new DrillOptions());

        Assert.Equal(Enum.GetValues<FaultKind>().Where(f => f < FaultKind.Vanish), draw.Kinds.Order());
        Assert.Equal([0, 1, 2], draw.Silos.Order());
        var refused = Assert.Throws<DrillRefusedException>(new DrillOptions { Faults = [FaultKind.Split] }.Require);
        Assert.Contains("--hosts", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_in_commits_are_drawn_only_where_there_are_tables()
    {
        var draw = FaultDraw.Next(new Random(1), new DrillOptions { Sink = DrillSinks.Delta });

        Assert.Equal(
            [FaultKind.Data, FaultKind.Put, FaultKind.Cursor, FaultKind.Checkpoint], draw.Kinds.Order().Where(f => f > FaultKind.Clock));
        var refused = Assert.Throws<DrillRefusedException>(new DrillOptions { Faults = [FaultKind.Put] }.Require);
        Assert.Contains("--sink delta", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("duckdb", "directory", "not duckdb")]
    [InlineData("delta", "azure", "not azure")]
    [InlineData("probe", "s3", "--sink delta")]
    public void A_sink_or_store_that_can_not_be_drilled_is_refused(string sink, string store, string said)
    {
        var refused = Assert.Throws<DrillRefusedException>(new DrillOptions { Sink = sink, Store = store }.Require);

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_have_names_that_are_read_again() =>
        Assert.Equal([FaultKind.Kill, FaultKind.HalfOpen, FaultKind.PowerOff], FaultNames.Parse("kill, half-open, power-off"));

    [Fact]
    public void An_unknown_fault_is_refused_with_the_names_there_are() =>
        Assert.Contains("half-open", Assert.Throws<DrillRefusedException>(() => FaultNames.Parse("kil")).Message, StringComparison.Ordinal);

    private static List<string> Faults(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 20).Select(_ => FaultDraw.Next(random, new DrillOptions()))
            .Select(d => $"{string.Join(",", d.Kinds)} {string.Join(",", d.Silos)} {d.Strength} {d.Choice}")];
    }

    private static List<string> Work(int seed)
    {
        var plan = new WorkPlan(new Random(seed), producer: 1, groups: 5);
        return [.. Enumerable.Range(0, 20).SelectMany(_ => plan.Batches(plan.Run(plan.OftenUsed()), 3, final: true))
            .Select(b => $"{b} {b.Metadata}")];
    }
}
