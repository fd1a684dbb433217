using OrleansBatch.Silo.Hosting.Network;

namespace OrleansBatch.Tests.Unit.Hosting;

// A database on another host has to prove who it is.
public sealed class DatabaseTrustTests
{
    [Theory]
    [InlineData("Host=127.0.0.1;Password=x")]
    [InlineData("Host=localhost:5433;Password=x")]
    [InlineData("Host=/run/postgresql")]
    [InlineData("Host=[::1]:5432,127.0.0.1")]
    [InlineData("Host=db;SSL Mode=VerifyFull")]
    [InlineData("Host=db;SSL Mode=VerifyCA")]
    [InlineData("Host=db;Require Auth=ScramSHA256")]
    public void A_server_that_proves_itself_or_is_here_brings_no_warning(string connection) =>
        Assert.Null(DatabaseTrust.WarningFor(connection));

    [Theory]
    [InlineData("Host=db;Password=x")]
    [InlineData("Host=127.0.0.1,10.0.0.7;Password=x")]
    [InlineData("Host=10.0.0.7;SSL Mode=Require")]
    [InlineData("Host=db;Require Auth=Password,ScramSHA256")]
    public void A_server_elsewhere_that_need_not_prove_itself_does(string connection) =>
        Assert.Contains("SSL Mode=VerifyFull", DatabaseTrust.WarningFor(connection), StringComparison.Ordinal);
}
