using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Opens a verb's own pool on a database that is up to date.</summary>
internal static class Database
{
    public static NpgsqlDataSource Pool(DatabaseHandle database, string verb) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            ApplicationName = $"orleans-batch-{verb}",
            MaxPoolSize = 4,
        });

    /// <summary>Brings the database to this version and returns what was applied.</summary>
    /// <exception cref="StartupException">The database belongs to a newer version.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await Migrator.MigrateAsync(source, cancellationToken);
        }
        catch (NewerDatabaseException e)
        {
            throw new StartupException(e.Message, ExitCodes.Environment, e);
        }
    }
}
