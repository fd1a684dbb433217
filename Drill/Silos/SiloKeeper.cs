using System.Collections.Concurrent;
using OrleansBatch.Drill.Takeovers;

namespace OrleansBatch.Drill.Silos;

// Starts a silo again that has ended by itself, as an orchestrator does, and knows when each process ended.
// Orleans ends a silo that it has declared dead while the silo was frozen or cut off.
internal sealed class SiloKeeper(IReadOnlyList<DrillSilo> silos, Timeline timeline, Action<string> say)
{
    // Longer after a fault an end is the silo's own doing.
    private static readonly TimeSpan _aftermath = TimeSpan.FromSeconds(60);

    // What a silo that has died ends with. An earlier version ends as Orleans ends it.
    private const int AskedForRestart = 75;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new();
    private int _selfEnded;

    public IReadOnlyDictionary<string, DateTimeOffset> Ended => _ended;

    public int SelfEnded => _selfEnded;

    public ConcurrentBag<string> Unprovoked { get; } = [];

    public Task KeepAsync(CancellationToken ct) => Task.WhenAll(silos.Select(s => KeepAsync(s, ct)));

    // Of two silos that are left and can't reach each other, either may declare the other one dead. The cut may have been the other's.
    private bool IsProvoked(DrillSilo silo, SiloProcess process)
    {
        var begin = timeline.Now - _aftermath;
        return !timeline.IsUndisturbed(silo.Number, begin, timeline.Now)
            || (process.ExitCode == AskedForRestart && silos.Any(s => !timeline.IsUndisturbed(s.Number, begin, timeline.Now)));
    }

    private async Task KeepAsync(DrillSilo silo, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var process = silo.Process;
            await process.Ended.WaitAsync(ct);
            var isNew = _ended.TryAdd(process.Name, timeline.Now);
            if (isNew && !process.Ordered && silo.Process == process && await process.IsServingAsync(ct))
            {
                var provoked = IsProvoked(silo, process);
                using var disturbed = silo.Disturb();
                Interlocked.Increment(ref _selfEnded);
                say($"{process.Name} ended by itself and is started again: {process.LastLine}");
                if (!provoked)
                {
                    Unprovoked.Add($"{process.Name} ended by itself, undisturbed: {process.LastLine}");
                }
                else if (!process.IsEarlier && process.ExitCode != AskedForRestart)
                {
                    Unprovoked.Add($"{process.Name} ended with code {process.ExitCode}, not {AskedForRestart}: {process.LastLine}");
                }

                await silo.StartAsync(new Dictionary<string, string>(), ct);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }
    }
}
