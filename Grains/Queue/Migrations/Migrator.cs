using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>
/// Brings a database to this version: applies the numbered files that it lacks, all in one transaction under an advisory lock, so that
/// many silos may start at once and a failed migration leaves nothing behind.
/// </summary>
public static class Migrator
{
    private static readonly Statement Begin = Statement.Load("begin_migration");
    private static readonly Statement IsPrepared = Statement.Load("is_prepared");
    private static readonly Statement Applied = Statement.Load("applied_migrations");
    private static readonly Statement Record = Statement.Load("record_migration");
    private static readonly Statement EnsurePartitions = Statement.Load("ensure_partitions");

    /// <summary>Migrates the database and makes its partitions ahead.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellationToken">Cancels the migration; nothing of it remains then.</param>
    /// <returns>The names of the files that were applied.</returns>
    /// <exception cref="NewerDatabaseException">The database was migrated by a newer version.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(Begin.On(connection), cancellationToken);
        var missing = await MissingAsync(connection, cancellationToken);

        var names = new List<string>();
        foreach (var (number, name) in missing)
        {
            await ExecuteAsync(Script(name, connection), cancellationToken);
            await ExecuteAsync(Record.On(connection, number, name), cancellationToken);
            names.Add(name);
        }

        foreach (var name in EmbeddedSql.Names("sql/orleans/"))
        {
            await ExecuteAsync(Script(name, connection), cancellationToken);
        }

        await ExecuteAsync(EnsurePartitions.On(connection), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return names;
    }

    /// <summary>Answers whether the database is at this version, without changing anything.</summary>
    /// <param name="source">The database.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    /// <exception cref="NewerDatabaseException">The database was migrated by a newer version.</exception>
    public static async Task<bool> IsUpToDateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await IsPrepared.On(connection).FirstAsync(r => r.GetBoolean(0), cancellationToken)
            && (await MissingAsync(connection, cancellationToken)).Count == 0;
    }

    private static async Task<List<(int Number, string Name)>> MissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = await Applied.On(connection).AllAsync(r => r.GetInt32(0), cancellationToken);
        var known = EmbeddedSql.Names("sql/0").Select(name => (Number: Number(name), Name: name)).OrderBy(k => k.Number).ToList();
        return applied.Except(known.Select(k => k.Number)).Any()
            ? throw new NewerDatabaseException(applied.Max(), known[^1].Number)
            : [.. known.Where(k => !applied.Contains(k.Number))];
    }

    private static int Number(string resource) => int.Parse(resource.AsSpan("sql/".Length, 4), CultureInfo.InvariantCulture);

    [SuppressMessage("Security", "CA2100", Justification = "The text is an embedded file.")]
    private static NpgsqlCommand Script(string name, NpgsqlConnection connection) => new(EmbeddedSql.Read(name), connection);

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
