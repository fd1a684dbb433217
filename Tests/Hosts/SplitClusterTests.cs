using OrleansBatch.Silo;

namespace OrleansBatch.Tests.Hosts;

// The network between silos is cut, and each still reaches the database. Groups need the database only.
[Collection(OwnHosts.Name)]
[Trait("Length", "Long")]
public sealed class SplitClusterTests(HostScenarios scenarios)
{
    [Fact]
    public async Task All_silos_work_on_while_one_is_cut_from_the_others()
    {
        var split = await scenarios.SplitAsync();

        Assert.Equal(3, split.Meanwhile.Silos);
        Assert.All(split.Meanwhile.Batches, batch => Assert.Single(batch));
    }

    [Fact]
    public async Task Doctor_says_which_silo_is_cut_off() =>
        Assert.Contains(
            $"{(await scenarios.SplitAsync()).SplitSilo} has not reached silo", (await scenarios.SplitAsync()).Doctor,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_silo_that_the_others_declare_dead_says_so_and_asks_for_a_restart()
    {
        var split = await scenarios.SplitAsync();

        Assert.Equal(ExitCodes.Restart, split.DeathExitCode);
        Assert.Contains(
            "The other silos have declared this silo dead, because they could not reach it.", split.DeathLog, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", split.DeathLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_silo_names_whom_it_does_not_reach_and_joins_once_the_cut_is_healed()
    {
        var split = await scenarios.SplitAsync();

        Assert.Contains("This host does not reach: Silo silo-2.1", split.WaitLog, StringComparison.Ordinal);
        Assert.Contains("Serving probe", split.WaitLog, StringComparison.Ordinal);
        Assert.Equal(3, split.WorkedAfterHealing.Silos);
        Assert.Empty(split.UnreachedAfterHealing);
    }

    [Fact]
    public async Task The_silos_that_reach_each_other_stay() => Assert.Empty((await scenarios.SplitAsync()).OthersEnded);

    [Fact]
    public async Task No_batch_fails_or_is_lost_twice_by_a_cut() => Assert.Empty((await scenarios.SplitAsync()).Disturbed);

    [Fact]
    public async Task A_silo_with_the_address_of_another_is_refused()
    {
        var split = await scenarios.SplitAsync();

        Assert.Equal(ExitCodes.Restart, split.TwinExitCode);
        Assert.Matches(
            @"Silo silo-2\.1 on host \S+ has the address \S+:11111 already: stop that one, or name another address", split.TwinLog);
        Assert.DoesNotContain("Serving", split.TwinLog, StringComparison.Ordinal);
    }
}
