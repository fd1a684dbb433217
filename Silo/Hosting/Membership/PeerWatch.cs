using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>
/// Sees when the network between this silo and others is cut. The engine works on by the database alone, and would show nothing of it.
/// </summary>
internal sealed partial class PeerWatch : BackgroundService
{
    // So many peers are tried at a time, at random. Each pair of a larger cluster is tried within some rounds.
    private const int MostPeers = 16;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(5);

    private readonly IClusterMembershipService _members;
    private readonly ILocalSiloDetails _own;
    private readonly UnreachedRecord _record;
    private readonly TimeProvider _time;
    private readonly ILogger<PeerWatch> _logger;
    private readonly Dictionary<string, LiveMember> _unreached = [];
    private int _count;

    public PeerWatch(
        IClusterMembershipService members, ILocalSiloDetails own, NpgsqlDataSource source, IOptions<OrleansBatchOptions> options,
        IMeterFactory meters, TimeProvider time, ILogger<PeerWatch> logger)
    {
        (_members, _own, _time, _logger) = (members, own, time, logger);
        _record = new UnreachedRecord(source, options.Value.SiloName);
        meters.Create("OrleansBatch").CreateObservableGauge(
            "orleans-batch-silos-unreached", () => Volatile.Read(ref _count), "{silo}",
            "Silos of the cluster that this one can't reach over the network.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            do
            {
                await TryAllAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo is stopping.
        }
    }

    private async Task TryAllAsync(CancellationToken cancellationToken)
    {
        var peers = _members.CurrentSnapshot.Members.Values
            .Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(_own.SiloAddress))
            .Select(m => new LiveMember(m.Name, null, m.SiloAddress.Endpoint))
            .ToList();
        foreach (var gone in _unreached.Keys.Except(peers.Select(p => p.Silo)).ToList())
        {
            _unreached.Remove(gone);
        }

        var tried = peers.OrderBy(_ => Random.Shared.Next()).Take(MostPeers).ToList();
        var reached = await Task.WhenAll(tried.Select(p => Reach.TryAsync(p.EndPoint, cancellationToken)));
        for (var i = 0; i < tried.Count; i++)
        {
            Note(tried[i], reached[i]);
        }

        Volatile.Write(ref _count, _unreached.Count);
        try
        {
            await _record.WriteAsync([.. _unreached.Values], cancellationToken);
        }
        catch (NpgsqlException)
        {
            // The database is away, and the poller has said so. The next round writes the record.
        }
    }

    private void Note(LiveMember peer, bool isReached)
    {
        if (isReached && _unreached.Remove(peer.Silo))
        {
            LogReached(_logger, peer);
        }
        else if (!isReached && _unreached.TryAdd(peer.Silo, peer))
        {
            LogUnreached(_logger, peer, peer.EndPoint.ToString());
        }
    }

    [LoggerMessage(
        600, LogLevel.Warning,
        "{Peer} can't be reached at {Address}. Batches go on, because they need the database only. Let the hosts through to each other's "
        + "silo and gateway ports.")]
    private static partial void LogUnreached(ILogger logger, LiveMember peer, string address);

    [LoggerMessage(601, LogLevel.Warning, "{Peer} is reached again.")]
    private static partial void LogReached(ILogger logger, LiveMember peer);
}
