using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

[Trait("Needs", "Postgres")]
[Trait("Kind", "Crash")]
[Trait("Length", "Long")]
public sealed class EmbeddedPostgresTakeOverTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string PostmasterPid => _directory.Combine("postgres", "data", "postmaster.pid");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Server_left_by_a_killed_program_is_taken_over_and_stopped()
    {
        var killed = await StartAsync();
        killed.Abandon();

        var next = await StartAsync();
        Assert.Equal(killed.ConnectionString, next.ConnectionString);

        await next.DisposeAsync();
        Assert.False(File.Exists(PostmasterPid));
    }

    [Fact]
    public async Task Killed_server_is_started_again_with_its_data()
    {
        var killed = await StartAsync();
        await Sql.ScalarAsync<int>(killed.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS n; SELECT n FROM kept");
        using var server = Process.GetProcessById(PostmasterFile.TryRead(PostmasterPid)!.Pid);
        server.Kill();
        killed.Abandon();
        await Eventually.UntilAsync(() => RefusesAsync(killed), TimeSpan.FromSeconds(30), "the killed server refuses connections");

        await using var next = await StartAsync();

        Assert.Equal(42, await Sql.ScalarAsync<int>(next.ConnectionString, "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Pid_file_that_names_another_program_is_stale()
    {
        await (await StartAsync()).DisposeAsync();
        var lines = new[] { Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "/elsewhere", "1", "1", "", "127.0.0.1" };
        await File.WriteAllLinesAsync(PostmasterPid, lines, TestContext.Current.CancellationToken);

        await using var next = await StartAsync();

        Assert.Equal(1, await Sql.ScalarAsync<int>(next.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Copy_of_a_running_directory_gets_a_server_of_its_own()
    {
        await using var original = await StartAsync();
        using var copy = new TempDirectory();
        var result = await ChildProcess.RunAsync(
            ["cp", "-a", _directory.Combine("postgres"), copy.Path], TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, result.ExitCode);

        await using (var copied = await StartAsync(copy.Path))
        {
            Assert.NotEqual(original.ConnectionString, copied.ConnectionString);
        }

        Assert.Equal(1, await Sql.ScalarAsync<int>(original.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Half_made_cluster_of_a_killed_program_is_made_anew()
    {
        Directory.CreateDirectory(_directory.Combine("postgres", "data.new", "base"));

        await using var postgres = await StartAsync();

        Assert.Equal(1, await Sql.ScalarAsync<int>(postgres.ConnectionString, "SELECT 1"));
    }

    private Task<EmbeddedPostgres> StartAsync(string? directory = null) => EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { Directory = directory ?? _directory.Path }, TestContext.Current.CancellationToken);

    private static async Task<bool> RefusesAsync(EmbeddedPostgres postgres)
    {
        try
        {
            await Sql.ScalarAsync<int>(postgres.ConnectionString, "SELECT 1");
            return false;
        }
        catch (NpgsqlException)
        {
            return true;
        }
    }
}
