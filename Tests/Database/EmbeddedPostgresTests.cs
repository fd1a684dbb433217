using Npgsql;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

[Trait("Needs", "Postgres")]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string PostmasterPid => _directory.Combine("postgres", "data", "postmaster.pid");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Dispose_stops_the_server_and_a_new_start_finds_its_data()
    {
        await using (var first = await StartAsync())
        {
            Assert.Equal("orleans_batch", await Sql.ScalarAsync<string>(first.ConnectionString, "SELECT current_database()::text"));
            await Sql.ScalarAsync<int>(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS n; SELECT n FROM kept");
        }

        Assert.False(File.Exists(PostmasterPid));

        await using var second = await StartAsync();
        Assert.Equal(42, await Sql.ScalarAsync<int>(second.ConnectionString, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Second_user_joins_and_the_last_one_stops_the_server()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        Assert.Equal(first.ConnectionString, second.ConnectionString);

        await first.DisposeAsync();
        Assert.Equal(1, await Sql.ScalarAsync<int>(second.ConnectionString, "SELECT 1"));

        await second.DisposeAsync();
        Assert.False(File.Exists(PostmasterPid));
        await Assert.ThrowsAsync<NpgsqlException>(() => Sql.ScalarAsync<int>(second.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Programs_that_start_at_once_share_one_server()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));

        Assert.Single(started.Select(postgres => postgres.ConnectionString).Distinct());

        await Task.WhenAll(started.Select(postgres => postgres.DisposeAsync().AsTask()));
        Assert.False(File.Exists(PostmasterPid));
    }

    [Fact]
    public async Task Cluster_under_a_directory_that_only_its_owner_may_enter_works()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var closed = Directory.CreateDirectory(_directory.Combine("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute);

        await using var postgres = await StartAsync(Path.Combine(closed.FullName, "project"));

        Assert.Equal(1, await Sql.ScalarAsync<int>(postgres.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Cancelled_start_leaves_no_server()
    {
        using var cancelled = new CancellationTokenSource();
        var starting = EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = _directory.Path }, cancelled.Token);
        await Eventually.UntilAsync(
            () => Task.FromResult(File.Exists(PostmasterPid)), TimeSpan.FromSeconds(30), "the server is starting");

        await cancelled.CancelAsync();

        // A start that won the race is a start like any other.
        try
        {
            await (await starting).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
        }

        Assert.False(File.Exists(PostmasterPid));
    }

    private Task<EmbeddedPostgres> StartAsync(string? directory = null) => EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { Directory = directory ?? _directory.Path }, TestContext.Current.CancellationToken);
}
