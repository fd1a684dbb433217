using System.Globalization;
using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Silos;

// The common part of a silo's processes: ports, directory, database and settings.
internal sealed record SiloPlace(string Directory, string ConnectionString, DrillOptions Options)
{
    public int SiloPort { get; } = FreePort.Find();

    public int GatewayPort { get; } = FreePort.Find();

    public int HttpPort { get; } = FreePort.Find();

    public IReadOnlyList<string> Arguments(int proxyPort) =>
    [
        "--connection", new NpgsqlConnectionStringBuilder(ConnectionString) { Port = proxyPort }.ConnectionString, "--sinks", "probe",
        "--silo-port", Text(SiloPort), "--gateway-port", Text(GatewayPort), "--http-port", Text(HttpPort),
    ];

    public IReadOnlyDictionary<string, string> Variables(string name, IReadOnlyDictionary<string, string> extra) =>
        new Dictionary<string, string>(extra)
        {
            ["OrleansBatch__SiloName"] = name,
            ["OrleansBatch__StatementTimeout"] = Text(Options.StatementTimeout),
            ["OrleansBatch__IdleTimeout"] = Text(Options.IdleTimeout),
            ["OrleansBatch__HeartbeatPeriod"] = Text(Options.IdleTimeout * 0.3),

            // A failed batch must come again within the drill.
            ["OrleansBatch__BackoffBase"] = "00:00:00.5",
            ["OrleansBatch__BackoffCap"] = "00:00:02",
        };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
