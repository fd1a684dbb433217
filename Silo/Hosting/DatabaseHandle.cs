using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Holds the database of a verb: a given one, or the private Postgres, which is left with the handle.</summary>
public sealed class DatabaseHandle : IAsyncDisposable
{
    private const int ConnectSeconds = 10;

    private readonly EmbeddedPostgres? _embedded;

    private DatabaseHandle(string connectionString, string name, EmbeddedPostgres? embedded) =>
        (ConnectionString, Name, _embedded) = (connectionString, name, embedded);

    /// <summary>Gets the Npgsql connection string of the database.</summary>
    public string ConnectionString { get; }

    /// <summary>Gets the database's name for people, without a password: host and name, or the directory of the private Postgres.</summary>
    public string Name { get; }

    /// <summary>Gets a value indicating whether the database is the private Postgres of this working directory.</summary>
    public bool IsEmbedded => _embedded is not null;

    /// <summary>Opens the given database after checking that it answers and is new enough, or else the private Postgres.</summary>
    /// <exception cref="StartupException">The database cannot be used. Other refusals come as <see cref="NpgsqlException"/>.</exception>
    public static async Task<DatabaseHandle> OpenAsync(string? connection, CancellationToken cancellationToken)
    {
        if (connection is not null)
        {
            await CheckAsync(connection, cancellationToken);
            return new DatabaseHandle(connection, NameOf(connection), embedded: null);
        }

        var options = new EmbeddedPostgresOptions();
        var embedded = await EmbeddedPostgres.StartAsync(options, cancellationToken);
        return new DatabaseHandle(embedded.ConnectionString, Path.GetFullPath(options.Directory), embedded);
    }

    /// <summary>Opens the given database, or the private Postgres that this directory has. The call makes no Postgres.</summary>
    /// <exception cref="StartupException">There is no queue here, or the queue cannot be used.</exception>
    /// <exception cref="NpgsqlException">The server refused for another reason.</exception>
    public static Task<DatabaseHandle> OpenExistingAsync(string? connection, CancellationToken cancellationToken)
    {
        RequireExisting(connection);
        return OpenAsync(connection, cancellationToken);
    }

    /// <summary>Ensures that a database is named or that this directory has a private Postgres.</summary>
    /// <exception cref="StartupException">There is no queue here.</exception>
    public static void RequireExisting(string? connection)
    {
        if (connection is null && !EmbeddedPostgres.Exists(new EmbeddedPostgresOptions()))
        {
            throw new StartupException(
                $"There is no queue in {Directory.GetCurrentDirectory()}: go to the directory that has one, name its database with "
                + "--connection, or make one with \"orleansbatch load\" or \"orleansbatch serve\".",
                ExitCodes.Environment);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string NameOf(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        return $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
    }

    private static async Task CheckAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(CheckString(connectionString));
        await connection.OpenAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < PostgresBinaries.OldestMajor)
        {
            throw new StartupException(
                $"The server at {connection.Host} is Postgres {connection.PostgreSqlVersion.Major}, "
                + $"{PostgresBinaries.OldestMajor} or newer is needed: upgrade it or use another.",
                ExitCodes.Environment);
        }
    }

    private static string CheckString(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
            builder.Timeout = builder.Timeout is > 0 and < ConnectSeconds ? builder.Timeout : ConnectSeconds;
            return string.IsNullOrEmpty(builder.Host)
                ? throw new StartupException("The connection string names no host: add Host=…;Database=….", ExitCodes.BadInput)
                : builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The exception's own text may repeat the password.
            throw new StartupException(
                "The connection string cannot be read: write it as Host=…;Port=…;Username=…;Password=…;Database=….", ExitCodes.BadInput, e);
        }
    }
}
