using System.Diagnostics;

namespace OrleansBatch.Embedded;

/// <summary>
/// Runs a private Postgres for programs that were given no connection string.
/// Several programs may share one directory. The last program that leaves stops the server.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly ClusterDirectory _directory;
    private readonly PostgresServer _server;
    private readonly int _port;
    private readonly TimeSpan _startTimeout;
    private FileLock? _use;

    private EmbeddedPostgres(ClusterDirectory directory, PostgresServer server, FileLock use, int port, TimeSpan startTimeout)
    {
        (_directory, _server, _use, _port, _startTimeout) = (directory, server, use, port, startTimeout);
        ConnectionString = ClusterConnection.ConnectionString(port, directory.ReadPassword());
    }

    /// <summary>Gets the Npgsql connection string of the database orleans_batch.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the server, or joins a running one, and makes cluster and database when they are missing.</summary>
    /// <exception cref="EmbeddedPostgresException">The server cannot run here.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var directory = new ClusterDirectory(options.Directory);
        try
        {
            Directory.CreateDirectory(directory.Root);
            using var starting = await FileLock.ExclusiveAsync(
                directory.StartLock, options.StartTimeout + options.StartTimeout, cancellationToken);
            return starting is null
                ? throw new EmbeddedPostgresException(
                    $"Another program has been starting the private Postgres in {directory.Root} for too long: stop it and try again.")
                : await StartLockedAsync(directory, options, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedPostgresException(
                $"The private Postgres in {directory.Root} belongs to another user: run as that user, or in another directory.",
                e);
        }
    }

    /// <summary>Tells whether a cluster has been made in the directory.</summary>
    public static bool Exists(EmbeddedPostgresOptions options) => Directory.Exists(new ClusterDirectory(options.Directory).Data);

    /// <summary>Leaves the cluster, and stops its server when nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _use, null) is not { } use)
        {
            return;
        }

        using var starting = await FileLock.ExclusiveAsync(_directory.StartLock, TimeSpan.FromMinutes(2), CancellationToken.None);
        use.Dispose();
        if (starting is not null)
        {
            await StopIfAloneAsync(_directory, _server);
        }
    }

    // Ends the server as a crash does: at once, and without the last checkpoint.
    internal Task CrashAsync() => _server.CrashAsync();

    // Ends the server as a crash does, and lets it recover at the same port, so that connection strings stay true.
    internal async Task CrashAndRecoverAsync()
    {
        await _server.CrashAsync();
        await _server.StartAsync(_startTimeout, CancellationToken.None, _port);
    }

    // For a program that ends at this moment: the server's children end with the server.
    internal void Kill()
    {
        if (PostmasterFile.TryRead(_directory.PostmasterPid) is { } file && file.FindOwner() == PidOwner.Postgres)
        {
            using var server = Process.GetProcessById(file.Pid);
            server.Kill();
        }
    }

    // Does to the directory what a kill does: the lock is gone, and the server runs on.
    internal void Abandon() => Interlocked.Exchange(ref _use, null)?.Dispose();

    // True when a killed program left a server, or the traces of one, and nobody uses the directory.
    internal static async Task<bool> IsAbandonedAsync(string directory)
    {
        var files = new ClusterDirectory(directory);
        if (!File.Exists(files.PostmasterPid))
        {
            return false;
        }

        using var starting = await FileLock.ExclusiveAsync(files.StartLock, TimeSpan.FromSeconds(1), CancellationToken.None);

        // During the wait for the lock, its holder may have stopped the server.
        return starting is not null && File.Exists(files.PostmasterPid) && IsAlone(files);
    }

    private static async Task<EmbeddedPostgres> StartLockedAsync(
        ClusterDirectory directory, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        var clusterMajor = directory.ReadMajor();
        var binaries = await PostgresBinaries.FindAsync(options.Search, clusterMajor, cancellationToken);
        if (clusterMajor is not null && clusterMajor != binaries.Major)
        {
            throw new EmbeddedPostgresException(
                $"The private Postgres in {directory.Root} was made by version {clusterMajor}, but the binaries in {binaries.Folder} "
                + $"are version {binaries.Major}: install version {clusterMajor}, "
                + "or move the directory away to start with an empty database.");
        }

        var user = await ServerUser.ChooseAsync(directory, binaries, cancellationToken);
        var server = new PostgresServer(directory, binaries, user);
        var alone = IsAlone(directory);
        var use = FileLock.TryShared(directory.UseLock)
            ?? throw new EmbeddedPostgresException($"{directory.UseLock} is locked by a foreign program: stop it.");
        var startedHere = false;
        try
        {
            if (!directory.IsInitialised)
            {
                await ClusterCreator.CreateAsync(directory, binaries, user, cancellationToken);
            }

            var running = await new RunningServer(directory, options.StartTimeout).FindAsync(alone, cancellationToken);
            startedHere = running is null;
            var port = running ?? await server.StartAsync(options.StartTimeout, cancellationToken);
            await ClusterConnection.EnsureDatabaseAsync(port, directory.ReadPassword(), cancellationToken);
            return new EmbeddedPostgres(directory, server, use, port, options.StartTimeout);
        }
        catch
        {
            use.Dispose();
            if (startedHere)
            {
                await StopIfAloneAsync(directory, server);
            }

            throw;
        }
    }

    private static async Task StopIfAloneAsync(ClusterDirectory directory, PostgresServer server)
    {
        if (IsAlone(directory) && PostmasterFile.TryRead(directory.PostmasterPid)?.FindOwner() == PidOwner.Postgres)
        {
            await server.StopAsync();
        }
    }

    private static bool IsAlone(ClusterDirectory directory)
    {
        using var alone = FileLock.TryExclusive(directory.UseLock);
        return alone is not null;
    }
}
