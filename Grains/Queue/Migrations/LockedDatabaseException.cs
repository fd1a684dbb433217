using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says that transactions of others kept the tables locked for as long as the migration was tried.</summary>
/// <param name="cause">What the database said the last time.</param>
public sealed class LockedDatabaseException(PostgresException cause) : MigrationRefusedException(
    $"The tables could not be locked for the migration, because other transactions use them ({cause.MessageText}): "
    + "end transactions that stay open, and try again; nothing was changed.",
    cause);
