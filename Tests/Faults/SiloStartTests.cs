using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Npgsql;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// A silo under a supervisor: it waits for its database, stays where it may, and ends with a code that says "start me again".
public sealed class SiloStartTests : DatabaseTest, IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly string[] _ports = ServedSilo.NewPorts();
    private readonly SiloHttp _http;

    public SiloStartTests(PostgresFixture postgres)
        : base(postgres) => _http = new SiloHttp(_ports[^1]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_silo_waits_for_a_database_that_is_away_and_says_so()
    {
        var direct = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        await using var network = new FaultProxy(direct.Host!, direct.Port);
        network.Cut();
        var through = new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Host = "127.0.0.1", Port = network.Port };
        var starting = ServeAsync(through.ConnectionString, "--wait", "forever");

        await Eventually.UntilAsync(
            async () => (await _http.ReadyAsync()).Text.Contains("Waiting for the database. ", StringComparison.Ordinal),
            _soon, "the silo says it");
        Assert.Equal((200, "ok\n"), await _http.LiveAsync());

        network.Heal();
        using var silo = await starting;
        await Eventually.EqualsAsync((200, "ok\n"), _http.ReadyAsync, _soon, "the silo is ready");
    }

    [Fact]
    public async Task Without_patience_a_start_ends_at_once_and_names_the_database()
    {
        var result = await Cli.RunAsync(
            _directory.Path, ["serve", "--connection", "Host=127.0.0.1;Port=1;Username=x;Database=x", "--wait", "0", .. _ports]);

        Assert.Contains("Start Postgres there", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.ExitCode);
    }

    // A table row says that the silo is dead. What the silo holds is the locks' matter alone: its batch ends well, and counts once.
    [Fact]
    public async Task A_silo_that_is_declared_dead_finishes_its_batches_and_asks_to_be_started_again()
    {
        using var silo = await ServeAsync(Database.ConnectionString);
        var run = Guid.NewGuid();
        await Database.EnqueueAsync(TestIds.NextTeam(), "s", run, 0, final: true, metadata: """{"probe": {"sleep_ms": 14000}}""");
        await Eventually.EqualsAsync("running", () => Database.RunStateAsync(run), _soon, "the batch runs");

        await Database.ExecuteAsync("UPDATE orleans.orleansmembershiptable SET status = 6");
        await Database.ExecuteAsync("UPDATE orleans.orleansmembershipversiontable SET version = version + 1");

        Assert.Equal(75, await silo.ExitAsync(_soon));
        Assert.Equal("succeeded", await Database.RunStateAsync(run));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.batch_attempt"));

        using var again = await ServeAsync(Database.ConnectionString);
        await Eventually.EqualsAsync((200, "ok\n"), _http.ReadyAsync, _soon, "the silo is back");
    }

    [Fact]
    public async Task Other_hosts_see_health_and_nothing_else_without_the_token()
    {
        var address = AddressTowardsOthers();
        if (address is null)
        {
            Assert.Skip("This host has the loopback only.");
        }

        var token = _directory.Combine("token");
        await File.WriteAllTextAsync(token, "first\n", Ct);
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "silo", _ports,
            new Dictionary<string, string> { ["OrleansBatch__HttpTokenFile"] = token },
            "--sinks", "probe", "--http-address", "0.0.0.0");
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}:{_ports[^1]}") };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", "second"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/metrics", "first"));
        Assert.NotEmpty(await _http.MetricsAsync());

        await File.WriteAllTextAsync(token, "second\n", Ct);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/metrics", "second"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", "first"));
    }

    private static IPAddress? AddressTowardsOthers() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(u => u.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        using var answer = await http.SendAsync(request, Ct);
        return answer.StatusCode;
    }

    private Task<ServedSilo> ServeAsync(string connectionString, params string[] arguments) =>
        ServedSilo.StartAsync(_directory.Path, connectionString, "silo", _ports, ["--sinks", "probe", .. arguments]);
}
