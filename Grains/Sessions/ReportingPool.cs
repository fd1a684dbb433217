using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Makes pools whose sessions don't compile plans. Postgres overestimates the views' costs while a database has no statistics. Postgres 15
/// then took 2 s to compile a plan that ran for 2 ms.
/// </summary>
public static class ReportingPool
{
    private static readonly Statement _keepPlansUncompiled = QueueStatements.Load("keep_plans_uncompiled");

    /// <summary>Makes a pool. A session keeps its settings when it returns to the pool: Npgsql's reset is off.</summary>
    /// <param name="connection">The database, the pool's size and its name.</param>
    public static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            opened => _keepPlansUncompiled.On(opened).FirstAsync(_ => true, CancellationToken.None));
        return builder.Build();
    }
}
