using System.Net;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Hosting.Network;

namespace OrleansBatch.Tests.Unit.Hosting;

// The address that a silo listens on is one of its host.
public sealed class AdvertisedAddressTests
{
    private const string Database = "Host=127.0.0.1;Port=5432;Database=x";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Host=127.0.0.1")]
    [InlineData("Host=localhost;Port=5432")]
    [InlineData("Host=[::1]:5432,127.0.0.1:5433")]
    [InlineData("Host=/var/run/postgresql")]
    [InlineData("Host=no-such-host.invalid")]
    public async Task Beside_its_database_a_silo_stays_on_the_loopback(string connection) =>
        Assert.True(IPAddress.IsLoopback(await AdvertisedAddress.ChooseAsync(null, connection, Ct)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task An_address_or_a_name_of_this_host_is_taken(string named) =>
        Assert.True(IPAddress.IsLoopback(await AdvertisedAddress.ChooseAsync(named, Database, Ct)));

    // 192.0.2.0/24 belongs to no host.
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("0.0.0.0")]
    [InlineData("no-such-host.invalid")]
    public async Task An_address_of_another_host_is_refused_with_those_of_this_one(string named)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => AdvertisedAddress.ChooseAsync(named, Database, Ct));

        Assert.StartsWith($"{named} is not an address of this host: name one of ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
    }
}
