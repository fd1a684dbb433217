using Npgsql;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace OrleansBatch.Tests.Support;

// One private Postgres for the whole run, with a database of its own for each caller.
// ORLEANSBATCH_TEST_CONNECTION names another server instead. Its user must be allowed to create databases.
public sealed class PostgresFixture : IAsyncLifetime
{
    public const string ServerVariable = "ORLEANSBATCH_TEST_CONNECTION";

    private const string Prefix = "orleansbatch-tests-server-";

    // There are hundreds of databases here, and autovacuum would start a worker in one of them several times a second.
    // Nobody cuts this server's power, because such tests have a server of their own.
    // Sessions begin by the thousand, and each would load the language of our functions.
    private static readonly string[] _settings =
    [
        "autovacuum_naptime = '1h'", "fsync = off", "full_page_writes = off", "jit = off", "shared_preload_libraries = 'plpgsql'",
    ];

    private readonly List<string> _databases = [];
    private TempDirectory? _directory;
    private EmbeddedPostgres? _postgres;
    private int _created;

    // Before Postgres 15 this was the only strategy, and the server had no word for it.
    private string _strategy = "STRATEGY file_copy";

    public string ServerConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given)
        {
            ServerConnectionString = given;
            await ChooseStrategyAsync();
            return;
        }

        await RemoveLeftoversAsync();
        _directory = new TempDirectory(Prefix);
        _postgres = await StartAsync(_directory.Path);
        ServerConnectionString = _postgres.ConnectionString;
        foreach (var setting in _settings)
        {
            await ExecuteAsync($"ALTER SYSTEM SET {setting}");
        }

        await _postgres.DisposeAsync();
        _postgres = await StartAsync(_directory.Path);
        ServerConnectionString = _postgres.ConnectionString;
        await ChooseStrategyAsync();
    }

    // Gives the connection string of a fresh database. A migrated template may be named, because CREATE DATABASE x TEMPLATE y is fast:
    // copying takes a fraction of the migrations' time, and copying files a third of the time of pages.
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _created)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} {_strategy}");
        lock (_databases)
        {
            _databases.Add(name);
        }

        return new NpgsqlConnectionStringBuilder(ServerConnectionString) { Database = name }.ConnectionString;
    }

    // Deleting hundreds of databases at the end would take longer than the test runner waits for a process that has run its last test.
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_postgres is not null)
        {
            // Nobody reads these databases again, and the test runner takes a process for crashed that ends a minute after its last test.
            await _postgres.CrashAsync();
            await _postgres.DisposeAsync();
            _directory!.Dispose();
            return;
        }

        foreach (var name in _databases)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    // A killed run leaves its server behind.
    private static async Task RemoveLeftoversAsync()
    {
        foreach (var leftover in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                if (await EmbeddedPostgres.IsAbandonedAsync(leftover))
                {
                    await (await StartAsync(leftover)).DisposeAsync();
                    Directory.Delete(leftover, recursive: true);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or EmbeddedPostgresException)
            {
                // Another run has just removed the directory, or another user owns it.
            }
        }
    }

    private static Task<EmbeddedPostgres> StartAsync(string directory) =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Directory = directory }, CancellationToken.None);

    private async Task ChooseStrategyAsync()
    {
        await using var connection = await OpenAsync();
        _strategy = connection.PostgreSqlVersion.Major >= 15 ? _strategy : "";
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ServerConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
#pragma warning disable CA2100 // Names of databases cannot be parameters, and these are our own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
