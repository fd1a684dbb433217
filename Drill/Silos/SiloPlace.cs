using System.Globalization;
using System.Net;
using Npgsql;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Embedded;

namespace OrleansBatch.Drill.Silos;

// The common part of a silo's processes: host, ports, directory, database and settings. Without a host of its own the silo is on this one.
internal sealed record SiloPlace(
    string Directory, string ConnectionString, DrillOptions Options, NetworkHost? Host = null, LakeOfSilo? Lake = null)
{
    public int SiloPort { get; } = Host is null ? FreePort.Find() : 11111;

    public int GatewayPort { get; } = Host is null ? FreePort.Find() : 30000;

    public int HttpPort { get; } = Host is null ? FreePort.Find() : 8088;

    // A host may have another address later.
    public IPEndPoint Http => new(Host?.Address ?? IPAddress.Loopback, HttpPort);

    public IReadOnlyList<string> Enter => Host?.Enter ?? [];

    public IReadOnlyList<string> Arguments(int proxyPort) =>
    [
        "--connection", Through(proxyPort), "--sinks", Options.Sink, "--silo-port", Text(SiloPort), "--gateway-port", Text(GatewayPort),
        "--http-port", Text(HttpPort), .. Host is null ? Array.Empty<string>() : ["--http-address", $"{Http.Address}"],
        .. Lake?.Arguments ?? [],
    ];

    public IReadOnlyDictionary<string, string> Variables(string name, IReadOnlyDictionary<string, string> extra) =>
        new Dictionary<string, string>(Lake is null ? extra : extra.Concat(Lake.Variables))
        {
            ["OrleansBatch__SiloName"] = name,
            ["OrleansBatch__StatementTimeout"] = Text(Options.StatementTimeout),
            ["OrleansBatch__IdleTimeout"] = Text(Options.IdleTimeout),
            ["OrleansBatch__HeartbeatPeriod"] = Text(Options.IdleTimeout * 0.3),

            // A failed batch must come again within the drill.
            ["OrleansBatch__BackoffBase"] = "00:00:00.5",
            ["OrleansBatch__BackoffCap"] = "00:00:02",
        };

    private string Through(int proxyPort)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Port = proxyPort };
        builder.Host = Host is null ? builder.Host : $"{Host.Database}";
        return builder.ConnectionString;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
