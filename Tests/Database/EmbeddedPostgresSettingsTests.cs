using Npgsql;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

[Trait("Needs", "Postgres")]
[Trait("Length", "Long")]
public sealed class EmbeddedPostgresSettingsTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private EmbeddedPostgres _postgres = null!;

    public async ValueTask InitializeAsync() => _postgres = await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { Directory = _directory.Path }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Settings_keep_commits_durable_and_the_server_local()
    {
        Assert.Equal("on", await ShowAsync("SHOW fsync"));
        Assert.Equal("on", await ShowAsync("SHOW synchronous_commit"));
        Assert.Equal("on", await ShowAsync("SHOW full_page_writes"));
        Assert.Equal("127.0.0.1", await ShowAsync("SHOW listen_addresses"));
        Assert.Equal("", await ShowAsync("SHOW unix_socket_directories"));
        Assert.Equal("200", await ShowAsync("SHOW max_connections"));
        Assert.Equal("UTF8", await ShowAsync("SHOW server_encoding"));
        Assert.Equal("C", await ShowAsync("SELECT datcollate::text FROM pg_database WHERE datname = current_database()"));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(null)]
    public async Task Connection_without_the_password_is_refused(string? password)
    {
        var noPasswords = _directory.Combine("pgpass");
        await File.WriteAllTextAsync(noPasswords, "", TestContext.Current.CancellationToken);
        var builder = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Password = password, Passfile = noPasswords };

        var refused = await Assert.ThrowsAnyAsync<NpgsqlException>(() => Sql.ScalarAsync<int>(builder.ConnectionString, "SELECT 1"));

        // Without any password Npgsql itself gives up when the server asks for one.
        Assert.True(
            refused is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } || refused.Message.Contains("No password"),
            refused.Message);
    }

    [Fact]
    public void Password_file_is_closed_to_other_users()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.Combine("postgres", "password")));
    }

    private Task<string> ShowAsync(string sql) => Sql.ScalarAsync<string>(_postgres.ConnectionString, sql);
}
