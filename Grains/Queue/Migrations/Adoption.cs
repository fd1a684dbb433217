using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>
/// Takes over a database that was made before 0.1.0, whose migrations were numbered from 1 to 58 and defined routines too. The files of
/// sql/adoption have what those from 39 on did to tables and data.
/// </summary>
internal static class Adoption
{
    private const int Oldest = 38;

    private static readonly Statement _newest = QueueStatements.Load("adoptable_migration");

    private static readonly IReadOnlyList<SqlFile> _files = SqlFile.In("adoption");

    /// <summary>
    /// Applies what the database lacks until it is as the first numbered file leaves a fresh one, and puts that on record.
    /// </summary>
    /// <returns>The files that were applied.</returns>
    /// <exception cref="OldDatabaseException">The database is too old.</exception>
    /// <exception cref="NewerDatabaseException">The database has a migration that no version before 0.1.0 had.</exception>
    public static async Task<IReadOnlyList<string>> AdoptAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var newest = await _newest.On(connection).FirstAsync(r => r.GetInt32(0), cancellationToken);
        if (newest < Oldest)
        {
            throw new OldDatabaseException(newest, Oldest);
        }

        if (newest >= _files[^1].Number)
        {
            throw NewerDatabaseException.Unknown(newest, _files[^1].Number - 1);
        }

        List<string> applied = [];
        foreach (var file in _files.Where(f => f.Number > newest))
        {
            await Script.RunAsync(connection, file, cancellationToken);
            applied.Add(file.Name);
        }

        await NumberedFiles.RecordAsync(connection, NumberedFiles.All[0], cancellationToken);
        return applied;
    }
}
