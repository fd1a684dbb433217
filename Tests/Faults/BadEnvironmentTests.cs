using System.Net;
using System.Net.Sockets;
using Npgsql;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// In unfit surroundings the user sees one sentence, exit code 3, and no stack trace.
[Trait("Length", "Long")]
public sealed class BadEnvironmentTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_Postgres_binaries_the_program_says_what_to_install()
    {
        var result = await RunAsync(new() { ["ORLEANSBATCH_PG_BIN"] = _directory.Combine("none") }, "migrate");

        Expect(result, 3, "ORLEANSBATCH_PG_BIN");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("doctor", "--json")]
    [InlineData("runs")]
    [InlineData("pause", "--all")]
    public async Task A_directory_without_a_queue_is_said_and_gets_none(params string[] arguments)
    {
        var result = await Cli.RunAsync(_directory.Path, arguments);

        Expect(result, 3, $"There is no queue in {_directory.Path}");
        Assert.Contains("\"orleansbatch load\"", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task What_is_looked_at_is_named_without_its_password()
    {
        var given = new NpgsqlConnectionStringBuilder(Database.ConnectionString);

        foreach (var arguments in new[] { "status", "status --json" })
        {
            var result = await Cli.RunAsync(_directory.Path, [.. arguments.Split(' '), "--connection", Database.ConnectionString]);

            Assert.Contains($"{given.Host}:{given.Port}/{given.Database}", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(given.Password!, result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_mistyped_setting_is_named_when_a_silo_starts()
    {
        var result = await RunAsync(
            new() { ["OrleansBatch__MaxAtempts"] = "5", ["OrleansBatch__Slots"] = "17" }, "serve", "--connection",
            Database.ConnectionString, "--http-port", "0", "--silo-port", "0", "--gateway-port", "0");

        Assert.Contains(
            "OrleansBatch__MaxAtempts is no setting and has no effect: did you mean OrleansBatch__MaxAttempts?", result.Error,
            StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_setting_that_is_no_number_is_said()
    {
        var result = await RunAsync(
            new() { ["OrleansBatch__Slots"] = "many" }, "serve", "--connection", Database.ConnectionString, "--http-port", "0",
            "--silo-port", "0", "--gateway-port", "0");

        Expect(result, 2, "A setting can't be read: Failed to convert configuration value 'many' at 'OrleansBatch:Slots'");
    }

    [Fact]
    public async Task A_Postgres_that_is_too_old_is_refused()
    {
        var old = FakeBinaries.Create(_directory.Combine("old"), "13.9");

        Expect(await RunAsync(new() { ["ORLEANSBATCH_PG_BIN"] = old }, "migrate"), 3, "13");
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_repeating_it()
    {
        var connection = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Password = "hunter-two" }.ConnectionString;

        var result = await Cli.RunAsync(_directory.Path, "status", "--connection", connection);

        Expect(result, 3, "refused the user name or password");
        Assert.DoesNotContain("hunter-two", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_said()
    {
        var result = await Cli.RunAsync(_directory.Path, "status", "--connection", "Host=127.0.0.1;Port=1;Username=x;Database=x");

        Expect(result, 3, "Start Postgres there");
    }

    [Fact]
    public async Task A_taken_port_is_said_with_the_option_that_changes_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var result = await Cli.RunAsync(_directory.Path, "serve", "--connection", Database.ConnectionString, "--http-port", port);

        Expect(result, 3, $"Port {port} is taken");
        Assert.Contains("--http-port", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_that_shares_sessions_is_said_before_anything_is_written()
    {
        await using var pooler = new FakePooler(await Postgres.CreateDatabaseAsync());

        var result = await Cli.RunAsync(_directory.Path, "serve", "--connection", pooler.ConnectionString);

        Expect(result, 3, "pooler in transaction or statement mode");
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("status")]
    [InlineData("serve")]
    public async Task A_database_of_a_newer_version_is_left_alone(string verb)
    {
        await Database.ExecuteAsync("INSERT INTO orleans_batch.migration (number, name, checksum) VALUES (9999, 'later', '')");

        var result = await Cli.RunAsync(_directory.Path, verb, "--connection", Database.ConnectionString);

        Expect(result, 3, "newer version of OrleansBatch");
    }

    [Fact]
    public async Task A_database_that_was_never_prepared_is_not_changed_by_looking_at_it()
    {
        var empty = await Postgres.CreateDatabaseAsync();

        Expect(await Cli.RunAsync(_directory.Path, "status", "--connection", empty), 3, "orleansbatch migrate");

        Assert.Equal(0, (await Cli.RunAsync(_directory.Path, "migrate", "--connection", empty)).ExitCode);
        Assert.Equal(0, (await Cli.RunAsync(_directory.Path, "status", "--connection", empty)).ExitCode);
    }

    [Theory]
    [InlineData("--slots", "17", "between 1 and 16")]
    [InlineData("--sinks", "duckdb,oops", "no sink named \"oops\"")]
    public async Task A_setting_that_can_not_be_is_refused(string option, string value, string sentence)
    {
        var result = await Cli.RunAsync(
            _directory.Path, "serve", "--connection", Database.ConnectionString, option, value, "--http-port", "0", "--silo-port", "0",
            "--gateway-port", "0");

        Expect(result, 2, sentence);
    }

    [Fact]
    public async Task Verbose_adds_where_it_happened()
    {
        var result = await Cli.RunAsync(
            _directory.Path, "status", "--verbose", "--connection", "Host=127.0.0.1;Port=1;Username=x;Database=x");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("   at ", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> RunAsync(Dictionary<string, string> environment, params string[] arguments) =>
        Cli.RunAsync(_directory.Path, environment, arguments);

    private static void Expect(CliResult result, int exitCode, string sentence)
    {
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }
}
