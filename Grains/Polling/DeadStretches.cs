namespace OrleansBatch.Grains.Polling;

/// <summary>
/// Stretches of the wakeups' index in which the last poll found nothing alive, so that the next one need not read them again. Deleted
/// wakeups stay in the index for as long as an old snapshot may see them; without this every poll would read them all.
/// </summary>
/// <remarks>
/// A wakeup that is inserted into a stretch is found as soon as a notification names its group, or its tenure has ended here. At the latest
/// it is found when all stretches are forgotten, after ten seconds or less, so that no group starves.
/// </remarks>
internal sealed class DeadStretches(TimeProvider time)
{
    // A larger number is not worth the search in each step; the largest stretches are kept.
    private const int MaxStretches = 64;

    // Reading the stretches again costs about a fiftieth of a core: 25,000 entries take 5 to 20 ms.
    private const double EntriesASecond = 25_000;

    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(short Sink, long Team, int Group), DeadStretch> _known = [];
    private long _since;

    /// <summary>Gets the stretches to leave out now.</summary>
    public IReadOnlyCollection<DeadStretch> Current
    {
        get
        {
            var lasts = TimeSpan.FromSeconds(_known.Values.Sum(s => s.Entries) / EntriesASecond);
            if (_known.Count > 0 && time.GetElapsedTime(_since) > Clamp(lasts))
            {
                _known.Clear();
            }

            return _known.Values;
        }
    }

    /// <summary>Takes note of what a poll found: new stretches, and known ones that have grown.</summary>
    public void Note(IEnumerable<DeadStretch> found)
    {
        foreach (var stretch in found)
        {
            if (_known.Count == 0)
            {
                _since = time.GetTimestamp();
            }

            var key = (stretch.SinkId, stretch.AfterTeam, stretch.AfterGroup);
            _known[key] = stretch with { Entries = stretch.Entries + (_known.TryGetValue(key, out var before) ? before.Entries : 0) };
        }

        foreach (var (key, _) in _known.OrderByDescending(s => s.Value.Entries).Skip(MaxStretches).ToList())
        {
            _known.Remove(key);
        }
    }

    /// <summary>Forgets all stretches, after notifications may have been missed.</summary>
    public void Clear() => _known.Clear();

    private static TimeSpan Clamp(TimeSpan lasts) => lasts < _shortest ? _shortest : lasts > _longest ? _longest : lasts;
}

/// <summary>Nothing was alive between the key named first and the one named last.</summary>
internal sealed record DeadStretch(short SinkId, long AfterTeam, int AfterGroup, long ToTeam, int ToGroup, long ToId, long Entries);
