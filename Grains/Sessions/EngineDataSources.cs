using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Makes a silo's connections, each role from a source of its own: group, poller and recovery open real connections (no pool, so that
/// closing one gives its lock back at once); only the intake is pooled.
/// </summary>
internal sealed class EngineDataSources : IAsyncDisposable
{
    private static readonly Statement _settleSession = QueueStatements.Load("settle_session");

    public EngineDataSources(EngineConnection connection, IOptions<OrleansBatchOptions> options)
    {
        var o = options.Value;
        DriverThreads.Reserve(o.Slots + 2);
        Group = Unpooled(connection, SessionRole.NameOn(SessionRole.Group, o.SiloName), o, o.IdleTimeout);

        // Longer than the longest silence in order. Without it a half-open poller's session stayed at the server for ever, and a frozen
        // sweeper's kept the sweep's lock.
        Poller = Unpooled(connection, SessionRole.NameOn(SessionRole.Poller, o.SiloName), o, o.LockLifetime + o.PollPeriod);
        Recovery = Unpooled(connection, SessionRole.NameOn(SessionRole.Recovery, o.SiloName), o, o.LockLifetime + o.SweepPeriod);
        Intake = ReportingPool.Create(new NpgsqlConnectionStringBuilder(connection.ConnectionString)
        {
            ApplicationName = SessionRole.NameOn(SessionRole.Intake, o.SiloName),
            SearchPath = "pg_catalog, pg_temp", // As the others have it: see settle_session.
            MaxPoolSize = 4,
            MinPoolSize = 0,
        });
    }

    public NpgsqlDataSource Group { get; }

    public NpgsqlDataSource Poller { get; }

    public NpgsqlDataSource Recovery { get; }

    public NpgsqlDataSource Intake { get; }

    public static Task SettleAsync(NpgsqlConnection opened, TimeSpan statementTimeout, TimeSpan idleTimeout) =>
        _settleSession.On(opened, Milliseconds(statementTimeout), Milliseconds(idleTimeout)).FirstAsync(_ => true, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Group.DisposeAsync();
        await Poller.DisposeAsync();
        await Recovery.DisposeAsync();
        await Intake.DisposeAsync();
    }

    private static NpgsqlDataSource Unpooled(EngineConnection connection, string name, OrleansBatchOptions options, TimeSpan idleTimeout)
    {
        var seconds = (int)Math.Ceiling(options.StatementTimeout.TotalSeconds);
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connection.ConnectionString)
        {
            ApplicationName = name,
            Pooling = false,
            Timeout = seconds,
            CommandTimeout = seconds,
            CancellationTimeout = 1000,
            KeepAlive = 0, // The driver would beat for a hung grain.
            MaxAutoPrepare = 30,
            AutoPrepareMinUsages = 1, // A plan costs a session as much as fifty executions; twice is too often.
        }.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections are opened asynchronously."),
            opened => SettleAsync(opened, options.StatementTimeout, idleTimeout));
        return builder.Build();
    }

    public static string Milliseconds(TimeSpan time) =>
        ((long)time.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
