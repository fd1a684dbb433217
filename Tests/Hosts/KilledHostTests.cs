namespace OrleansBatch.Tests.Hosts;

// Silos are killed with their hosts' addresses known to the others, and come back at these or at other addresses.
[Collection(OwnHosts.Name)]
[Trait("Length", "Long")]
public sealed class KilledHostTests(HostScenarios scenarios)
{
    [Fact]
    public async Task A_killed_silo_comes_back_at_its_old_address()
    {
        var killed = await scenarios.KilledAsync();

        Assert.Contains(killed.AtOldAddress, killed.WorkedAgain.All.Select(s => s.Silo));
    }

    [Fact]
    public async Task A_killed_silo_comes_back_at_another_address()
    {
        var killed = await scenarios.KilledAsync();

        Assert.Contains(killed.AtOtherAddress, killed.WorkedAgain.All.Select(s => s.Silo));
    }

    [Fact]
    public async Task The_first_host_that_comes_back_after_all_lost_their_power_works_while_the_others_are_still_called_active()
    {
        var killed = await scenarios.KilledAsync();

        Assert.Superset(killed.Killed.ToHashSet(), killed.CalledActive.ToHashSet());
        Assert.All(killed.TakenOver.Batches, batch =>
        {
            Assert.Equal([1, 1], batch.Select(s => s.Attempt));
            Assert.Equal(killed.TakenOverBy, batch[1].Silo);
        });
    }

    [Fact]
    public async Task All_silos_come_back_at_other_addresses()
    {
        var killed = await scenarios.KilledAsync();

        Assert.Equal(3, killed.WorkedAtOtherAddresses.Silos);
        Assert.Empty(killed.EndedByThemselves);
    }

    [Fact]
    public async Task No_batch_of_killed_silos_fails_or_is_lost_twice() => Assert.Empty((await scenarios.KilledAsync()).Disturbed);
}
