namespace OrleansBatch.Grains.Diagnostics;

/// <summary>A trouble that the log has told the beginning of, and what was counted since. Its owner holds a lock.</summary>
/// <param name="time">The clock.</param>
/// <param name="isEvent">Whether the trouble is an event that comes again, and not something that works or fails.</param>
/// <param name="quiet">Ends the trouble when nothing has failed for as long as it was set to.</param>
internal sealed class Trouble(TimeProvider time, bool isEvent, ITimer quiet) : IDisposable
{
    // What fails further is counted and not told apart.
    private const int MostParts = 10_000;

    private readonly long _began = time.GetTimestamp();
    private readonly HashSet<object> _parts = [];
    private readonly Reminder _reminder = new(time);
    private long _failedAt = time.GetTimestamp();

    /// <summary>Gets a value indicating whether the trouble is an event that comes again.</summary>
    public bool IsEvent => isEvent;

    /// <summary>Gets how many failures were counted, the one that was logged included.</summary>
    public int Failures { get; private set; }

    /// <summary>Gets the last error.</summary>
    public string Error { get; private set; } = string.Empty;

    /// <summary>Gets the whole seconds from the beginning until now.</summary>
    public TimeSpan UntilNow => Seconds(time.GetElapsedTime(_began));

    /// <summary>Gets the whole seconds from the beginning to the last failure.</summary>
    public TimeSpan UntilFailure => Seconds(time.GetElapsedTime(_began, _failedAt));

    /// <summary>Counts a failure, and answers whether a line should remind of the trouble.</summary>
    public bool Count(string error, object part, TimeSpan endsAfter)
    {
        Failures++;
        Error = error;
        _failedAt = time.GetTimestamp();
        if (_parts.Count < MostParts)
        {
            _parts.Add(part);
        }

        quiet.Change(endsAfter, Timeout.InfiniteTimeSpan);
        return Failures > 1 && _reminder.IsDue();
    }

    /// <summary>Takes a part out of the trouble; answers whether it was in it.</summary>
    public bool Remove(object part) => _parts.Remove(part);

    /// <summary>Gets a value indicating whether no part fails any more.</summary>
    public bool IsOver => _parts.Count == 0;

    public void Dispose() => quiet.Dispose();

    private static TimeSpan Seconds(TimeSpan time) => TimeSpan.FromSeconds((long)time.TotalSeconds);
}
