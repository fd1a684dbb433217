using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Opens a verb's own pool on a database that is up to date.</summary>
internal static class Database
{
    public static NpgsqlDataSource Pool(DatabaseHandle database, string verb) =>
        ReportingPool.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            ApplicationName = $"orleans-batch-{verb}",
            MaxPoolSize = 4,
        });

    /// <summary>Brings the database to this version and returns the migrator's report.</summary>
    /// <exception cref="StartupException">The database is too new or too old, or an applied file was changed.</exception>
    public static async Task<MigrationReport> MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await Migrator.MigrateAsync(source, cancellationToken);
        }
        catch (MigrationRefusedException e)
        {
            throw new StartupException(e.Message, ExitCodes.Environment, e);
        }
    }

    /// <summary>
    /// Ensures that a verb may use the queue. The private Postgres is brought to this version.
    /// A given database must have this version already, because a verb that only looks may lack the rights to change it.
    /// </summary>
    /// <exception cref="StartupException">The database is not prepared, or the migrator refuses it.</exception>
    public static async Task PrepareAsync(DatabaseHandle database, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        if (database.IsEmbedded)
        {
            await MigrateAsync(source, cancellationToken);
            return;
        }

        try
        {
            if (!await Migrator.IsUpToDateAsync(source, cancellationToken))
            {
                throw new StartupException(
                    "The database is not at this version of OrleansBatch: run \"orleansbatch migrate\" or start a silo.",
                    ExitCodes.Environment);
            }
        }
        catch (MigrationRefusedException e)
        {
            throw new StartupException(e.Message, ExitCodes.Environment, e);
        }
    }
}
