using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

// Addresses, endpoints and credentials.
public sealed class S3AccessTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ScratchCache _scratch;

    public S3AccessTests() => _scratch = new ScratchCache(_folder.Combine("scratch"), megabytes: 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _scratch.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("s3://key:hidden@bucket/prefix", "name or password")]
    [InlineData("s3:///prefix", "no bucket's name")]
    [InlineData("s3://b u c k e t", "no bucket's name")]
    [InlineData("http://bucket/prefix", "does not begin with s3://")]
    [InlineData("s3://bucket/../prefix", "begins with a dot")]
    public void An_address_that_can_not_be_right_is_refused(string address, string why)
    {
        var error = Assert.Throws<StoreException>(() => new S3Store(address, new S3StoreOptions(), _scratch));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://key:hidden@127.0.0.1:1", "name or password")]
    [InlineData("ftp://127.0.0.1", "does not begin with http")]
    public void An_endpoint_that_can_not_be_right_is_refused(string endpoint, string why)
    {
        var error = Assert.Throws<StoreException>(() => new S3Store("s3://bucket", new() { Endpoint = new Uri(endpoint) }, _scratch));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("S3://bucket/", "s3://bucket")]
    [InlineData("s3://bucket/a/b/", "s3://bucket/a/b")]
    public void An_address_is_shown_one_way(string given, string shown) =>
        Assert.Equal(shown, new S3Store(given, new S3StoreOptions(), _scratch).Address);

    [Fact]
    public async Task A_bucket_that_is_not_there_is_not_an_empty_one()
    {
        var store = (await RadosGateway.OfTheRunAsync()).Store("s3://no-such-bucket/lake");

        foreach (var call in new Func<Task>[]
        {
            () => store.TryReadAsync("a", Ct), () => store.TryFetchAsync("a", Ct), () => store.TryCreateAsync("a", new byte[1], Ct),
            () => store.ListAsync("", null, Ct).ToListAsync(Ct).AsTask(),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(call);
            Assert.Contains("has no such bucket", error.Message, StringComparison.Ordinal);
            Assert.Equal(StoreTrouble.Unwritable, error.Trouble);
        }
    }

    // The file is where a side-car or a login writes session tokens.
    [Fact]
    public async Task Credentials_that_were_renewed_in_the_profile_are_taken_without_a_restart()
    {
        var server = await RadosGateway.OfTheRunAsync();
        var profile = _folder.Combine("credentials");
        await WriteAsync("stale", "wrong");
        var store = server.Store(change: options => options.Credentials = _ => Read(profile));
        var error = await Assert.ThrowsAsync<StoreException>(() => store.TryReadAsync("none", Ct));
        await WriteAsync(server.AccessKey, server.SecretKey);

        Assert.Null(await store.TryReadAsync("none", Ct));
        Assert.Equal(StoreTrouble.Unwritable, error.Trouble);
        Assert.Contains("refuses this silo", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", error.ToString(), StringComparison.Ordinal);

        Task WriteAsync(string key, string secret) =>
            File.WriteAllTextAsync(profile, $"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n", Ct);
    }

    private static AWSCredentials Read(string profile)
    {
        Assert.True(new CredentialProfileStoreChain(profile).TryGetAWSCredentials("default", out var credentials));
        return credentials;
    }
}
