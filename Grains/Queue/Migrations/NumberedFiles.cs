using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>The numbered files: deltas of tables and data, each applied once.</summary>
internal static class NumberedFiles
{
    /// <summary>What is added to a file's number in the table migration; see sql/tables/migration.sql.</summary>
    private const int Offset = 1000;

    private static readonly Statement _applied = QueueStatements.Load("applied_migrations");
    private static readonly Statement _record = QueueStatements.Load("record_migration");

    public static IReadOnlyList<SqlFile> All { get; } = SqlFile.In("migrations");

    /// <summary>Finds the files that the database lacks.</summary>
    /// <exception cref="NewerDatabaseException">The database has a file that this program doesn't know.</exception>
    /// <exception cref="EditedMigrationException">A file has changed since it was applied.</exception>
    public static async Task<IReadOnlyList<SqlFile>> MissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await _applied.On(connection).AllAsync(
            r => (Number: r.GetInt32(0) - Offset, Name: r.GetString(1), Checksum: r.GetString(2)), cancellationToken);
        var known = All.ToDictionary(f => f.Number);
        foreach (var (number, name, checksum) in applied)
        {
            if (!known.TryGetValue(number, out var file))
            {
                throw NewerDatabaseException.Unknown(number, All[^1].Number);
            }

            if (file.Checksum != checksum)
            {
                throw new EditedMigrationException(name);
            }
        }

        return [.. All.Where(f => !applied.Exists(a => a.Number == f.Number))];
    }

    public static async Task RecordAsync(NpgsqlConnection connection, SqlFile file, CancellationToken cancellationToken)
    {
        await using var command = _record.On(connection, file.Number + Offset, Path.GetFileName(file.Name), file.Checksum);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
