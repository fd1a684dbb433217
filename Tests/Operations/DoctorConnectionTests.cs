using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Doctor;
using OrleansBatch.Grains.Options;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Findings on the way to the database, and in the settings that a silo would start with.
public sealed class DoctorConnectionTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fresh_private_database_is_well_and_says_so_in_one_line()
    {
        using var directory = new TempDirectory();

        await Cli.RunAsync(directory.Path, "migrate");

        var result = await Cli.RunAsync(directory.Path, "doctor");

        Assert.Equal(
            (0, $"All is well: nothing was found in {directory.Combine(".orleansbatch")}.\n", ""),
            (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task A_healthy_database_has_no_findings_for_scripts_either()
    {
        using var cli = new OperatorCli(Database);

        Assert.Equal("[]", (await cli.RunAsync(0, "doctor", "--json")).Trim());
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_or_is_not_migrated_is_a_finding()
    {
        using var directory = new TempDirectory();
        var bare = await Postgres.CreateDatabaseAsync();

        var away = await Cli.RunAsync(directory.Path, "doctor", "--connection", "Host=127.0.0.1;Port=1;Database=x;Username=x");
        var empty = await Cli.RunAsync(directory.Path, "doctor", "--connection", bare);
        var unreadable = await Cli.RunAsync(directory.Path, "doctor", "--connection", "nonsense");

        Assert.Equal((1, 1, 2), (away.ExitCode, empty.ExitCode, unreadable.ExitCode));
        Assert.StartsWith("error database_unusable: ", away.Output, StringComparison.Ordinal);
        Assert.StartsWith("error database_not_migrated: ", empty.Output, StringComparison.Ordinal);
        Assert.Contains("mend with: orleansbatch migrate", empty.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_that_shares_sessions_is_found()
    {
        await using var pooler = new FakePooler(Database.ConnectionString);

        Assert.Equal("pooler", Assert.Single(await ConnectionCheck.RunAsync(pooler.ConnectionString, Ct)).Code);
        Assert.Empty(await ConnectionCheck.RunAsync(Database.ConnectionString, Ct));
    }

    [Fact]
    public async Task Settings_that_a_silo_would_refuse_are_found()
    {
        using var cli = new OperatorCli(Database);
        cli.Environment["OrleansBatch__HeartbeatPeriod"] = "00:01:00";

        var found = await cli.DoctorAsync("settings_refused");
        Assert.Contains(found, f => f.Text("message")!.Contains("half of IdleTimeout", StringComparison.Ordinal));
        Assert.All(found, f => Assert.Equal("error", f.Text("severity")));

        var socket = Assert.Single(SettingsCheck.Run("Host=/var/run/postgresql;Database=x", new OrleansBatchOptions()));
        Assert.Equal(("unix_socket", "/var/run/postgresql"), (socket.Code, socket.Subject));
    }

    [Fact]
    public async Task Settings_that_the_server_does_not_keep_are_found()
    {
        Assert.Empty(await KeptSettingsCheck.RunAsync(Database.Source, new OrleansBatchOptions(), Ct));
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        await using var owner = await TestOwner.OpenAsync(Database, 7, "orders", lifetime: new OrleansBatchOptions());

        await owner.SetAsync("SET tcp_user_timeout = 1234");

        Assert.Equal(
            ("tcp_user_timeout", "5000", "1234"),
            await owner.RunAsync("kept_settings", r => (r.GetString(0), r.GetString(1), r.GetString(2)), "5000", "10000"));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(-100, "10[0-9] s ahead of")]
    [InlineData(100, "(9[0-9]|100) s behind")]
    public async Task A_clock_that_differs_is_found(int hostAheadBySeconds, string? said)
    {
        var there = await Database.ScalarAsync<DateTime>("SELECT clock_timestamp()");
        var time = new FakeTimeProvider(new DateTimeOffset(there).AddSeconds(hostAheadBySeconds));

        var found = await ClockCheck.RunAsync(Database.Source, time, Ct);

        Assert.Equal(said is null ? 0 : 1, found.Count);
        Assert.All(found, f => Assert.Matches(said!, f.Message));
    }
}
