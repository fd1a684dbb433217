using Microsoft.Extensions.Options;
using OrleansBatch.Bench.Cluster;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Bench.Work;

// A pass like that of a silo's poller, on a connection like the poller's, with all slots free. The found groups are left alone.
internal sealed class PollPass : IAsyncDisposable
{
    public const string Whole = "whole pass";

    private const int Slots = 16;
    private const int WarmUp = 20;

    private readonly EngineDataSources _sources;
    private readonly PollerConnection _connection;
    private readonly DeadStretches _stretches = new(TimeProvider.System);
    private readonly PollMaintenance _maintenance;
    private long _lastTeam = long.MinValue;

    private PollPass(EngineDataSources sources, PollerConnection connection, OrleansBatchOptions options) =>
        (_sources, _connection, _maintenance) = (sources, connection,
            new PollMaintenance(TimeProvider.System, options.LockLifetime, options.StatementTimeout, options.PollPeriod));

    public static async Task<PollPass> OpenAsync(BenchDatabase database, CancellationToken ct)
    {
        var options = new OrleansBatchOptions();
        var sources = new EngineDataSources(new EngineConnection(database.ConnectionString), Options.Create(options));
        return new PollPass(sources, await PollerConnection.OpenAsync(sources, ct), options);
    }

    // Returns the milliseconds of each part in each pass.
    public async Task<IReadOnlyDictionary<string, List<double>>> RunAsync(int polls, CancellationToken ct)
    {
        var times = new Dictionary<string, List<double>> { ["candidates"] = [], [Whole] = [] };
        for (var n = -WarmUp; n < polls; n++)
        {
            var lookBack = _maintenance.LookBack;
            var asked = TimeProvider.System.GetTimestamp();
            var found = await _connection.CandidatesAsync(
                new PollQuery
                {
                    AfterTeam = _lastTeam, MaxGroups = Slots, Sinks = [1], Stretches = _stretches.Current, LookBack = lookBack,
                },
                ct);
            var answered = TimeProvider.System.GetTimestamp();
            await _maintenance.RunAsync(_connection, found, lookBack, ct);
            _stretches.Note(found.Stretches);
            var end = TimeProvider.System.GetTimestamp();
            if (found.Candidates.Count < Slots)
            {
                throw new InvalidOperationException($"Only {found.Candidates.Count} candidates were found, {Slots} are there.");
            }

            _lastTeam = found.Candidates[^1].Group.TeamId;
            if (n >= 0)
            {
                times["candidates"].Add(TimeProvider.System.GetElapsedTime(asked, answered).TotalMilliseconds);
                times[Whole].Add(TimeProvider.System.GetElapsedTime(asked, end).TotalMilliseconds);
            }
        }

        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _sources.DisposeAsync();
    }
}
