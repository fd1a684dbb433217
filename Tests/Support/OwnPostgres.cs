using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Embedded;

namespace OrleansBatch.Tests.Support;

// A server of a test's own, which restarts as after a power cut: all sessions end at once, and the port stays the same.
public sealed class OwnPostgres : IAsyncDisposable
{
    private readonly TempDirectory _directory;
    private readonly EmbeddedPostgres _postgres;

    private OwnPostgres(TempDirectory directory, EmbeddedPostgres postgres) => (_directory, _postgres) = (directory, postgres);

    public string ConnectionString => _postgres.ConnectionString;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<OwnPostgres> StartAsync()
    {
        var directory = new TempDirectory();
        return new OwnPostgres(
            directory, await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = directory.Path }, Ct));
    }

    public async Task RestartAsync()
    {
        var cluster = new ClusterDirectory(_directory.Path);
        var binaries = await PostgresBinaries.FindAsync(Ct);
        var user = await ServerUser.ChooseAsync(cluster, binaries, Ct);
        var command = user.Command(
            binaries.PgCtl, "restart", "--mode", "immediate", "--pgdata", cluster.Data, "--log", cluster.Log, "--wait");
        var result = await ChildProcess.RunAsync(command, TimeSpan.FromSeconds(60), Ct);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    // The server's sessions and workers stand still for the time, and the postmaster, too, when nothing at all is to be answered.
    public async Task StallAsync(TimeSpan time, bool postmaster)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(ConnectionString);
        await using var connection = await source.OpenConnectionAsync(Ct);
        var all = (await connection.ScalarAsync<int[]>("SELECT array_agg(pid) FROM pg_stat_activity"))!.ToList();
        if (postmaster)
        {
            all.Insert(0, PostmasterFile.TryRead(new ClusterDirectory(_directory.Path).PostmasterPid)!.Pid);
        }

        await SignalAsync("STOP", all);
        try
        {
            await Task.Delay(time, Ct);
        }
        finally
        {
            await SignalAsync("CONT", all);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task SignalAsync(string signal, IEnumerable<int> pids)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. pids.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }
}
