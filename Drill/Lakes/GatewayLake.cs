using System.Globalization;
using System.Net;
using Amazon.Runtime;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Lakes;

// A lake in S3, with a way of its own for each silo.
internal sealed class GatewayLake : IDrillLake
{
    private const string Address = $"s3://{Gateway.Bucket}/lake";

    private readonly LakeSettings _settings;
    private readonly Gateway _gateway;
    private readonly IPAddress _at;
    private readonly GatewayPoints _points = new();
    private readonly ScratchCache _copies;
    private readonly Dictionary<int, FaultProxy> _ways;

    public GatewayLake(LakeSettings settings, Gateway gateway, IPAddress at, int silos)
    {
        (_settings, _gateway, _at) = (settings, gateway, at);
        _copies = new ScratchCache(Path.Combine(settings.Directory, "copies"), 1024);
        Store = new S3Store(
            Address,
            new S3StoreOptions
            {
                Endpoint = new Uri($"http://127.0.0.1:{gateway.Port}"),
                Credentials = _ => new BasicAWSCredentials(Gateway.Key, Gateway.Secret),
            },
            _copies);
        _ways = Enumerable.Range(1, silos).ToDictionary(
            n => n, n => new FaultProxy(at, "127.0.0.1", gateway.Port, () => new PutTap(_points, n, $"/{Gateway.Bucket}/lake/")));
    }

    public IObjectStore Store { get; }

    public LakeOfSilo For(int silo) => _settings.For(
        Address,
        ("AWS_ACCESS_KEY_ID", Gateway.Key),
        ("AWS_SECRET_ACCESS_KEY", Gateway.Secret),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_S3", string.Create(CultureInfo.InvariantCulture, $"http://{_at}:{_ways[silo].Port}")));

    public FaultProxy? WayOf(int silo) => _ways[silo];

    public Task<PointHit> TrapAsync(Trap trap, CancellationToken ct) => _points.TrapAsync(trap, ct);

    public void Kill() => _gateway.Kill();

    public async ValueTask DisposeAsync()
    {
        foreach (var way in _ways.Values)
        {
            await way.DisposeAsync();
        }

        _copies.Dispose();
        await _gateway.DisposeAsync();
    }
}
