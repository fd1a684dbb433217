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

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _directory.Dispose();
    }
}
