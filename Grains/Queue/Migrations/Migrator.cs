using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>
/// Brings a database to this version, all in one transaction under an advisory lock. That lets many silos start at once, and a failed
/// migration leaves nothing behind. First come the numbered files that the database lacks: deltas of tables and data. Then all routines,
/// triggers and views are replaced, when any of them differs from its file. Grants on routines and views survive.
/// </summary>
public static class Migrator
{
    // How often a migration that finds its tables locked is tried again: for over a minute.
    private const int MostTries = 20;

    // What others do with the tables gets on between two tries.
    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(500);

    private static readonly Statement _begin = QueueStatements.Load("begin_migration");
    private static readonly Statement _standing = QueueStatements.Load("schema_standing");
    private static readonly Statement _keepGrants = QueueStatements.Load("keep_grants");
    private static readonly Statement _restoreGrants = QueueStatements.Load("restore_grants");
    private static readonly Statement _ensurePartitions = QueueStatements.Load("ensure_partitions");

    private enum Standing
    {
        Empty,
        BeforeFirstRelease,
        Migrated,
    }

    /// <summary>
    /// Migrates the database and makes its partitions ahead. A database of a newer version that this one may run beside is left as it is.
    /// </summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellationToken">Cancels the migration; nothing of it remains then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="MigrationRefusedException">
    /// The database is too new or too old, an applied file was changed, or somebody keeps the tables locked.
    /// </exception>
    public static async Task<MigrationReport> MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryMigrateAsync(source, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (tries == MostTries)
                {
                    throw new LockedDatabaseException(e);
                }

                await Task.Delay(_betweenTries, cancellationToken);
            }
        }
    }

    /// <summary>Answers whether this program may use the database as it is, without changing anything.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="MigrationRefusedException">The database is too new, or an applied file was changed.</exception>
    public static async Task<bool> IsUpToDateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await StandingAsync(connection, cancellationToken) == Standing.Migrated
            && await SchemaVersion.ReadAsync(connection, cancellationToken) is { } version
            && (version.IsNewerThan(SchemaVersion.Own)
                || ((await NumberedFiles.MissingAsync(connection, cancellationToken)).Count == 0
                    && version.RoutinesHash == Routines.Checksum));
    }

    private static async Task<MigrationReport> TryMigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(_begin, connection, cancellationToken);
        var standing = await StandingAsync(connection, cancellationToken);
        var before = standing == Standing.Migrated ? await SchemaVersion.ReadAsync(connection, cancellationToken) : null;
        if (before?.IsNewerThan(SchemaVersion.Own) == true)
        {
            return new MigrationReport([], false);
        }

        await ExecuteAsync(_keepGrants, connection, cancellationToken);
        var applied = await ApplyAsync(connection, standing, cancellationToken);
        var replaces = before?.RoutinesHash != Routines.Checksum;
        if (replaces)
        {
            await Script.RunAsync(connection, Routines.Files, cancellationToken);
            await ExecuteAsync(_restoreGrants, connection, cancellationToken);
        }

        if (before != SchemaVersion.Own)
        {
            await SchemaVersion.Own.WriteAsync(connection, cancellationToken);
        }

        await Script.RunAsync(connection, SqlFile.In("orleans"), cancellationToken);
        await ExecuteAsync(_ensurePartitions, connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new MigrationReport(applied, replaces);
    }

    private static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, Standing standing, CancellationToken cancellationToken)
    {
        List<string> applied = [];
        if (standing == Standing.BeforeFirstRelease)
        {
            applied.AddRange(await Adoption.AdoptAsync(connection, cancellationToken));
        }

        var missing = standing == Standing.Empty ? NumberedFiles.All : await NumberedFiles.MissingAsync(connection, cancellationToken);
        foreach (var file in missing)
        {
            await Script.RunAsync(connection, file, cancellationToken);
            await NumberedFiles.RecordAsync(connection, file, cancellationToken);
            applied.Add(file.Name);
        }

        return applied;
    }

    private static Task<Standing> StandingAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        _standing.On(connection).FirstAsync(
            r => (r.GetBoolean(0), r.GetBoolean(1)) switch
            {
                (false, _) => Standing.Empty,
                (true, false) => Standing.BeforeFirstRelease,
                _ => Standing.Migrated,
            },
            cancellationToken);

    private static async Task ExecuteAsync(Statement statement, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = statement.On(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
