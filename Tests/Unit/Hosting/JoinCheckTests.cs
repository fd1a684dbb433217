using System.Net;
using OrleansBatch.Silo.Hosting.Membership;

namespace OrleansBatch.Tests.Unit.Hosting;

// What a silo and a member of its cluster may not have in common, and what they must.
public sealed class JoinCheckTests
{
    [Theory]
    [InlineData("a", "10.0.0.1", 11111, "b", "10.0.0.2", 11111)]
    [InlineData("a", "10.0.0.1", 11111, "b", "10.0.0.1", 11112)]
    [InlineData("a", "127.0.0.1", 11111, "b", "127.0.0.1", 11112)]
    [InlineData("a", "fd00::1", 11111, "b", "10.0.0.1", 11111)]
    public void Silos_with_names_and_addresses_of_their_own_get_along(
        string own, string ownAddress, int ownPort, string other, string address, int port) =>
        Assert.Null(ProblemOf(own, ownAddress, ownPort, other, address, port));

    [Theory]
    [InlineData("a", "10.0.0.1", "a", "10.0.0.2", "A silo named a runs already, on host there at 10.0.0.2:11111")]
    [InlineData("a", "10.0.0.1", "b", "10.0.0.1", "Silo b on host there has the address 10.0.0.1:11111 already")]
    [InlineData("a", "127.0.0.1", "b", "10.0.0.2", "name this host's address with --address")]
    [InlineData("a", "10.0.0.1", "b", "127.0.0.1", "start that one with --address")]
    public void A_silo_that_would_harm_another_is_told_which_and_what_to_do(
        string own, string ownAddress, string other, string address, string sentence) =>
        Assert.Contains(sentence, ProblemOf(own, ownAddress, 11111, other, address, 11111), StringComparison.Ordinal);

    private static string? ProblemOf(string own, string ownAddress, int ownPort, string other, string address, int port) =>
        new JoinCheck("", Member(own, ownAddress, ownPort), _ => { }, TimeProvider.System).ProblemWith(Member(other, address, port));

    private static LiveMember Member(string silo, string address, int port) =>
        new(silo, "there", new IPEndPoint(IPAddress.Parse(address), port));
}
