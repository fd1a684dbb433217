using System.Collections.Concurrent;

namespace OrleansBatch.Drill.Takeovers;

// The times at which a silo, by its number, or the database itself (no silo) was disturbed.
internal sealed class Timeline(TimeProvider time)
{
    private readonly ConcurrentBag<Disturbance> _disturbances = [];

    public DateTimeOffset Now => time.GetUtcNow();

    public Disturbance Begin(int? silo)
    {
        var begun = new Disturbance(silo, Now, time);
        _disturbances.Add(begun);
        return begun;
    }

    public bool IsDatabaseAway(DateTimeOffset from, DateTimeOffset to, out DateTimeOffset until)
    {
        until = _disturbances.Where(d => d.Silo is null && d.Overlaps(from, to))
            .Select(d => d.To).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        return until > DateTimeOffset.MinValue;
    }

    public bool IsUndisturbed(int silo, DateTimeOffset from, DateTimeOffset to) =>
        !_disturbances.Any(d => d.Silo == silo && d.Overlaps(from, to));
}

internal sealed class Disturbance(int? silo, DateTimeOffset from, TimeProvider time) : IDisposable
{
    private DateTimeOffset? _to;

    public int? Silo => silo;

    public DateTimeOffset From => from;

    public DateTimeOffset To => _to ?? DateTimeOffset.MaxValue;

    public bool Overlaps(DateTimeOffset begin, DateTimeOffset end) => from < end && To > begin;

    public void Dispose() => _to ??= time.GetUtcNow();
}
