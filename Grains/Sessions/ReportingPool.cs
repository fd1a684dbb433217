using Npgsql;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Makes pools whose sessions don't compile plans. The views are estimated dear while a database has no statistics, and compiling one took
/// 2 s where running it took 2 ms (Postgres 15).
/// </summary>
public static class ReportingPool
{
    private static readonly Statement KeepPlansUncompiled = Statement.Load("keep_plans_uncompiled");

    /// <summary>Makes a pool. Its sessions keep what is set on them when they go back to it.</summary>
    /// <param name="connection">The database, the pool's size and its name.</param>
    public static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            opened => KeepPlansUncompiled.On(opened).FirstAsync(_ => true, CancellationToken.None));
        return builder.Build();
    }
}
