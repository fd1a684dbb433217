using System.Collections.Concurrent;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// The silo's one place for upkeep, so that batches of other groups keep the rest of the host. Remembers as well for which moment each
/// group's upkeep is on record, so that an owner writes that down once and not with each tenure.
/// </summary>
internal sealed class UpkeepSlot
{
    // Who comes a little early finds less to do, and costs no write.
    private static readonly TimeSpan _near = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Sink, GroupKey Group), DateTimeOffset> _scheduled = new();
    private readonly ConcurrentDictionary<(string Sink, GroupKey Group), DateTimeOffset> _postponed = new();
    private int _taken;

    /// <summary>Takes the place; null when another group has it.</summary>
    public IDisposable? TryTake() => Interlocked.Exchange(ref _taken, 1) == 0 ? new Turn(this) : null;

    /// <summary>Answers whether the sink wants something that is due now, or that is not on record yet.</summary>
    public bool HasNews(string sink, IUpkeepSink upkeep, GroupKey group, DateTimeOffset now) =>
        upkeep.UpkeepDueAt(group) is { } due && !IsPostponed(sink, group, now) && (due <= now || !IsScheduled(sink, group, due));

    /// <summary>Answers whether the group's upkeep met with trouble or found nothing to do not long ago.</summary>
    public bool IsPostponed(string sink, GroupKey group, DateTimeOffset now) =>
        _postponed.TryGetValue((sink, group), out var until) && now < until;

    public void Postpone(string sink, GroupKey group, DateTimeOffset until) => _postponed[(sink, group)] = until;

    public bool IsScheduled(string sink, GroupKey group, DateTimeOffset due) =>
        _scheduled.TryGetValue((sink, group), out var at) && at <= due && at > due - _near;

    public void Scheduled(string sink, GroupKey group, DateTimeOffset? due)
    {
        if (due is { } at)
        {
            _scheduled[(sink, group)] = at;
        }
        else
        {
            _scheduled.TryRemove((sink, group), out _);
        }
    }

    private sealed class Turn(UpkeepSlot slot) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref slot._taken, 0);
    }
}
