using System.Collections.Concurrent;
using OrleansBatch.Drill.Silos;

namespace OrleansBatch.Drill.Faults;

// Draws a fault at every beat of the plan, and begins the first possible one. One silo is always left alone.
// A fault that would outlast the drill is not begun.
internal sealed class FaultInjector(FaultContext context, Random random, string? fakeTime)
{
    // Beats between two faults of the database itself, which hit every silo and would hide the effects of the other faults.
    private const int DatabaseRests = 4;

    private readonly List<Task> _running = [];
    private Task _onDatabase = Task.CompletedTask;
    private Task _outage = Task.CompletedTask;
    private int _databaseMayFail;

    // How much of the drill will be left when all faults of silos are over.
    private TimeSpan _leftAfterAll = TimeSpan.MaxValue;

    public ConcurrentDictionary<string, int> Begun { get; } = new();

    public async Task RunAsync(CancellationToken ct)
    {
        var (start, length) = (TimeProvider.System.GetTimestamp(), TimeSpan.FromSeconds(context.Options.Seconds));
        for (var beat = 1; beat * context.Options.FaultEvery < length; beat++)
        {
            var due = (beat * context.Options.FaultEvery) - TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, ct);
            var draw = FaultDraw.Next(random, context.Options);
            var left = length - TimeProvider.System.GetElapsedTime(start);
            if (!draw.Kinds.Any(kind => Begins(kind, draw, beat, left, ct)))
            {
                context.Say("no fault: an outage is near, no silo is to spare, or too little time is left");
            }
        }

        var rest = length - TimeProvider.System.GetElapsedTime(start);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, ct);
    }

    // Every fault heals by itself, and at once when the drill is interrupted.
    public Task HealAsync() => Task.WhenAll(_running);

    private bool Begins(FaultKind fault, FaultDraw draw, int beat, TimeSpan left, CancellationToken ct)
    {
        if (TryBegin(fault, draw, beat, left, ct) is not { } run)
        {
            return false;
        }

        Begun.AddOrUpdate(FaultNames.Of(fault), 1, (_, n) => n + 1);
        _running.Add(run);
        return true;
    }

    private Task? TryBegin(FaultKind fault, FaultDraw draw, int beat, TimeSpan left, CancellationToken ct)
    {
        if (Longest(fault, draw) > left || !_outage.IsCompleted)
        {
            return null;
        }

        if (fault == FaultKind.Outage)
        {
            return left - _leftAfterAll > Outage.Patience ? null : _outage = Outage.RunAsync(context, draw, ct);
        }

        if (fault is FaultKind.Restart or FaultKind.Limit)
        {
            return OnDatabase(fault, draw, beat, ct);
        }

        var healthy = draw.Silos.Select(n => context.Silos[n]).Where(s => s.IsHealthy).ToList();
        if (fault == FaultKind.Terminate)
        {
            return healthy is [var any, ..] ? DatabaseFaults.TerminateAsync(context, any, draw, ct) : null;
        }

        if (healthy.Count < 2 || healthy.FirstOrDefault(s => !s.IsWitness) is not { } silo)
        {
            return null;
        }

        var run = OnSilo(fault, silo, draw, ct);
        if (run is not null)
        {
            _leftAfterAll = Min(_leftAfterAll, left - Longest(fault, draw));
            _ = healthy.First(s => s != silo).WitnessAsync(run);
        }

        return run;
    }

    private Task? OnSilo(FaultKind fault, DrillSilo silo, FaultDraw draw, CancellationToken ct) => fault switch
    {
        FaultKind.Clock => fakeTime is null ? null : ProcessFaults.ClockAsync(context, silo, draw, fakeTime, ct),
        FaultKind.Kill => ProcessFaults.KillAsync(context, silo, draw, ct),
        FaultKind.Freeze => ProcessFaults.FreezeAsync(context, silo, draw, ct),
        FaultKind.Cut => NetworkFaults.CutAsync(context, silo, draw, ct),
        FaultKind.HalfOpen => NetworkFaults.HalfOpenAsync(context, silo, draw, ct),
        FaultKind.Vanish => HostFaults.VanishAsync(context, silo, draw, ct),
        FaultKind.PowerOff => HostFaults.PowerOffAsync(context, silo, draw, ct),
        FaultKind.Split => HostFaults.SplitAsync(context, silo, draw, ct),
        FaultKind.OneWay => HostFaults.OneWayAsync(context, silo, draw, ct),
        FaultKind.Lossy => HostFaults.LossyAsync(context, silo, draw, ct),
        FaultKind.Data or FaultKind.Put or FaultKind.Cursor or FaultKind.Checkpoint => PointFaults.RunAsync(context, fault, silo, draw, ct),
        FaultKind.Store => context.Lake!.WayOf(silo.Number) is { } way ? StoreFaults.CutAsync(context, silo, way, draw, ct) : null,
        _ => NetworkFaults.DelayAsync(context, silo, draw, ct),
    };

    private Task? OnDatabase(FaultKind fault, FaultDraw draw, int beat, CancellationToken ct)
    {
        if (!_onDatabase.IsCompleted || beat < _databaseMayFail)
        {
            return null;
        }

        _databaseMayFail = beat + DatabaseRests;
        _onDatabase = fault == FaultKind.Restart ? DatabaseFaults.RestartAsync(context, ct) : DatabaseFaults.LimitAsync(context, draw, ct);
        return _onDatabase;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private TimeSpan Longest(FaultKind fault, FaultDraw draw) => fault switch
    {
        FaultKind.Freeze or FaultKind.HalfOpen or FaultKind.OneWay or FaultKind.Data or FaultKind.Put or FaultKind.Cursor
            or FaultKind.Checkpoint => context.BeyondLifetime(draw),
        FaultKind.Vanish => HostFaults.VanishTime(context, draw),
        FaultKind.Split => HostFaults.SplitTime(draw),
        FaultKind.PowerOff => HostFaults.PowerOffTime(draw),
        FaultKind.Lossy => HostFaults.LossyTime(draw),
        FaultKind.Outage => Outage.Longest,
        FaultKind.Terminate or FaultKind.Restart => TimeSpan.FromSeconds(1),
        _ => TimeSpan.FromSeconds(5),
    };
}
