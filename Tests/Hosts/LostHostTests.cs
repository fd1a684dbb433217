namespace OrleansBatch.Tests.Hosts;

// A host gets lost for a while, in all the ways there are. Its groups go on elsewhere, and no silo dies.
[Collection(OwnHosts.Name)]
[Trait("Length", "Long")]
public sealed class LostHostTests(HostScenarios scenarios)
{
    [Fact]
    public async Task Silos_of_several_hosts_find_each_other_at_their_addresses()
    {
        var passing = await scenarios.PassingAsync();

        Assert.Equal(passing.Addresses, passing.Met);
    }

    [Fact]
    public async Task Silos_that_hear_each_other_in_one_direction_only_share_the_groups_and_doctor_names_them()
    {
        var passing = await scenarios.PassingAsync();

        Assert.Equal(3, passing.WorkedOneWay.Silos);
        Assert.Equal(
            ["silo-1.1: silo-2.1", "silo-1.1: silo-3.1", "silo-2.1: silo-1.1", "silo-3.1: silo-1.1"],
            passing.UnreachedOneWay.Select(f => $"{f.Split(':')[0]}: {f.Split("has not reached silo ")[1].Split(' ')[0]}"));
    }

    [Fact]
    public async Task The_groups_of_a_silo_without_the_database_go_on_elsewhere() =>
        LostOnce((await scenarios.PassingAsync()).WithoutDatabase);

    [Fact]
    public async Task The_groups_of_a_host_that_vanishes_go_on_elsewhere() => LostOnce((await scenarios.PassingAsync()).Vanished);

    [Fact]
    public async Task Lost_silos_that_come_back_serve_again() => Assert.Equal(3, (await scenarios.PassingAsync()).WorkedAfterLoss.Silos);

    [Fact]
    public async Task A_silo_behind_a_slow_and_lossy_link_works() =>
        Assert.Contains("silo-1.1", (await scenarios.PassingAsync()).Lossy.All.Select(s => s.Silo));

    [Fact]
    public async Task A_restart_of_the_database_ends_none_of_three_silos()
    {
        var passing = await scenarios.PassingAsync();

        Assert.Equal(3, passing.WorkedAfterRestart.Silos);
        Assert.Empty(passing.DiedAtRestart);
    }

    [Fact]
    public async Task No_batch_of_a_lost_host_fails_or_is_lost_twice() => Assert.Empty((await scenarios.PassingAsync()).Disturbed);

    private static void LostOnce(List<IReadOnlyList<Stay>> batches)
    {
        Assert.NotEmpty(batches);
        Assert.All(batches, batch =>
        {
            Assert.Equal([1, 1], batch.Select(s => s.Attempt));
            Assert.NotEqual(batch[0].Silo, batch[1].Silo);
        });
    }
}
