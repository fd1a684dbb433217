using Microsoft.Extensions.Configuration;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Unit;

// The times of the lock lifetime are set together or each, and never against each other.
public sealed class LockLifetimeOptionsTests
{
    [Fact]
    public void One_setting_sets_all_times_in_proportion() => Expect(Bound(("LockLifetime", "00:00:30")), 10, 20, 6);

    [Fact]
    public void Without_settings_the_lifetime_is_15_seconds() => Expect(Bound(("Slots", "3")), 5, 10, 3);

    [Fact]
    public void A_time_that_is_set_itself_stays_and_the_lifetime_is_kept() =>
        Expect(Bound(("LockLifetime", "00:00:30"), ("StatementTimeout", "00:00:05")), 5, 25, 6);

    [Fact]
    public void The_lifetime_follows_when_both_its_parts_are_set() =>
        Expect(Bound(("StatementTimeout", "00:00:02"), ("IdleTimeout", "00:00:08"), ("HeartbeatPeriod", "00:00:01")), 2, 8, 1);

    [Theory]
    [InlineData("00:00:00.300")]
    [InlineData("00:00:01")]
    [InlineData("00:00:15")]
    [InlineData("01:00:00")]
    public void Times_in_proportion_never_contradict_each_other(string lifetime) =>
        Assert.Empty(Failures(Bound(("LockLifetime", lifetime))));

    [Theory]
    [InlineData("00:00:10", "00:00:03", "00:00:03", "00:00:01", "LockLifetime (00:00:10) must be StatementTimeout (00:00:03) plus")]
    [InlineData("00:00:10", "00:00:11", null, "00:00:01", "must be 100 ms or more")]
    [InlineData(null, "00:00:00.050", "00:00:01", "00:00:00.100", "must be 100 ms or more")]
    [InlineData(null, "00:01:00", "01:00:00", "00:00:10", "at most 1 hour")]
    [InlineData(null, "00:00:01", "00:00:10", "00:00:05", "less than half of IdleTimeout (00:00:10)")]
    [InlineData(null, "00:00:01", "00:00:10", "00:00:00", "HeartbeatPeriod (00:00:00) must be more than 0")]
    [InlineData(null, "00:00:06", "00:00:10", "00:00:03", "plus HeartbeatPeriod (00:00:03) must be less than 00:00:09")]
    [InlineData(null, "00:00:01", "00:00:01", "00:00:00.100", "must be less than 00:00:00.9000000")]
    public void Times_that_contradict_each_other_are_refused_with_the_reason(
        string? lifetime, string? statement, string? idle, string heartbeat, string sentence)
    {
        var options = Bound(
            ("LockLifetime", lifetime), ("StatementTimeout", statement), ("IdleTimeout", idle), ("HeartbeatPeriod", heartbeat));

        Assert.Contains(Failures(options), failure => failure.Contains(sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/run/postgresql")]
    [InlineData("db, /tmp")]
    [InlineData("@queue")]
    public void A_Unix_socket_is_refused(string host)
    {
        var refused = new TcpConnectionValidator(new EngineConnection($"Host={host};Database=queue"))
            .Validate(null, new OrleansBatchOptions());

        var failure = Assert.Single(refused.Failures!);
        Assert.Contains("names a Unix socket", failure, StringComparison.Ordinal);
        Assert.Contains("Host=127.0.0.1", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_that_are_reached_by_TCP_are_accepted() =>
        Assert.True(
            new TcpConnectionValidator(new EngineConnection("Host=db,127.0.0.1")).Validate(null, new OrleansBatchOptions()).Succeeded);

    private static IEnumerable<string> Failures(OrleansBatchOptions options) =>
        new OrleansBatchOptionsValidator().Validate(null, options).Failures ?? [];

    private static OrleansBatchOptions Bound(params (string Name, string? Value)[] settings)
    {
        var options = new OrleansBatchOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings.Where(s => s.Value is not null).ToDictionary(s => s.Name, s => s.Value))
            .Build().Bind(options);
        return options;
    }

    private static void Expect(OrleansBatchOptions options, int statement, int idle, int heartbeat)
    {
        Assert.Equal(
            [statement, idle, heartbeat, statement + idle],
            new[] { options.StatementTimeout, options.IdleTimeout, options.HeartbeatPeriod, options.LockLifetime }
                .Select(t => (int)t.TotalSeconds));
        Assert.Empty(Failures(options));
    }
}
