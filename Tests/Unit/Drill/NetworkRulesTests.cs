using OrleansBatch.Drill.Hosts;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class NetworkRulesTests
{
    [Theory]
    [InlineData("Incoming", true, false)]
    [InlineData("Outgoing", false, true)]
    [InlineData("Both", true, true)]
    public void Packets_are_dropped_in_the_directions_that_were_named(string way, bool unheard, bool unreached)
    {
        var script = new NetworkRules().Dropping(Enum.Parse<Way>(way), "198.19.7.2").Script();

        Assert.Equal(unheard, script.Contains("ip saddr 198.19.7.2 drop", StringComparison.Ordinal));
        Assert.Equal(unreached, script.Contains("ip daddr 198.19.7.2 drop", StringComparison.Ordinal));
    }

    [Fact]
    public void Cuts_add_up()
    {
        var rules = new NetworkRules().Dropping(Way.Incoming, "198.19.7.2").Dropping(Way.Incoming, "198.19.7.254");

        Assert.Equal(["198.19.7.2", "198.19.7.254"], rules.Unheard);
    }

    [Theory]
    [InlineData("orleansbatch-7-switch", 7)]
    [InlineData("orleansbatch-12-3", 12)]
    [InlineData("orleansbatch-x-3", null)]
    [InlineData("orleansbatch-7", null)]
    [InlineData("other-7-3", null)]
    public void A_namespace_belongs_to_the_slot_in_its_name(string name, int? slot) => Assert.Equal(slot, NetworkSlot.NumberOf(name));
}
