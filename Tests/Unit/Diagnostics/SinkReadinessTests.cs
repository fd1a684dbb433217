using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Diagnostics;

public sealed class SinkReadinessTests
{
    private static readonly GroupKey _orders = new(7, "orders");
    private static readonly GroupKey _customers = new(7, "customers");
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly SinkReadiness _sinks;

    public SinkReadinessTests() => _sinks = new SinkReadiness(_time);

    [Fact]
    public void A_destination_that_cannot_be_written_is_named_with_how_many_groups_wait_and_the_newest_reason()
    {
        Full(_orders, "Full.");
        _time.Advance(_retry);
        Full(_customers, "Still full.");

        Assert.Equal(["Sink duckdb can't write to its destination; 2 of its groups wait on this silo. Still full."], _sinks.Problems());
    }

    [Theory]
    [InlineData(NotReadyCode.Locked)]
    [InlineData(NotReadyCode.Missing)]
    [InlineData(NotReadyCode.Other)]
    [InlineData(NotReadyCode.Unreachable)]
    public void A_reason_of_one_group_alone_leaves_the_silo_ready(string code)
    {
        _sinks.NotReady(_orders, "duckdb", code, "Not now.", _retry);

        Assert.Empty(_sinks.Problems());
    }

    [Fact]
    public void A_batch_of_any_group_that_the_sink_takes_makes_the_silo_ready_until_it_says_no_again()
    {
        Full(_orders, "Full.");
        _time.Advance(_retry);
        Assert.False(_sinks.Worked(_customers, "duckdb"));
        Assert.Empty(_sinks.Problems());

        _time.Advance(_retry);
        Full(_orders, "Full again.");
        Assert.Single(_sinks.Problems());
        _time.Advance(_retry);
        Assert.False(_sinks.Worked(_customers, "archive"));
        Assert.Single(_sinks.Problems());
        Assert.True(_sinks.Worked(_orders, "duckdb"));
        Assert.Empty(_sinks.Problems());
    }

    [Fact]
    public void A_group_that_another_silo_works_on_is_forgotten()
    {
        Full(_orders, "Full.");
        _time.Advance(_retry + TimeSpan.FromMinutes(2));

        Assert.Empty(_sinks.Problems());
        Assert.False(_sinks.Worked(_orders, "duckdb"));
    }

    private void Full(GroupKey group, string reason) => _sinks.NotReady(group, "duckdb", NotReadyCode.NoSpace, reason, _retry);
}
