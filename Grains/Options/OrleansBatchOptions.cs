using System.ComponentModel.DataAnnotations;

namespace OrleansBatch.Grains.Options;

/// <summary>Configures a silo's engine. Bound to the configuration section <c>OrleansBatch</c> and checked when the silo starts.</summary>
public sealed class OrleansBatchOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "OrleansBatch";

    private static readonly TimeSpan _leastOverdue = TimeSpan.FromSeconds(60);

    private TimeSpan? _lockLifetime;
    private TimeSpan? _statementTimeout;
    private TimeSpan? _idleTimeout;
    private TimeSpan? _heartbeatPeriod;
    private TimeSpan? _pollOverdueAfter;

    /// <summary>
    /// Gets or sets the name that this silo shows as owner, in <c>application_name</c> and in the history; up to 40 characters. Default:
    /// machine name and process id.
    /// </summary>
    [Required, StringLength(40, MinimumLength = 1)]
    public string SiloName { get; set; } = DefaultSiloName();

    /// <summary>
    /// Gets or sets how many groups this silo works on at the same time, each on a connection of its own; 1 to 16. Default: 16.
    /// </summary>
    [Range(1, 16)]
    public int Slots { get; set; } = 16;

    /// <summary>
    /// Gets or sets how many of this silo's slots the groups of one team may have at the same time. 1 or more; null for all. Default: null.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? MaxSlotsPerTeam { get; set; }

    /// <summary>
    /// Gets or sets how many teams the metrics name, the worst ones; all others are together under "other". 0 to 100. Default: 10.
    /// </summary>
    [Range(0, 100)]
    public int MetricTeams { get; set; } = 10;

    /// <summary>
    /// Gets or sets how long a group may keep its slot while others wait for one, at the least; it leaves after its batch. More than 0.
    /// Default: 5 seconds.
    /// </summary>
    public TimeSpan TimeSlice { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the time after which a silent owner has lost its lock for certain: <see cref="StatementTimeout"/> and
    /// <see cref="IdleTimeout"/> together, because a session may fall silent in the middle of a statement. Those two and
    /// <see cref="HeartbeatPeriod"/> follow it as a third, two thirds and a fifth unless they are set themselves. Silos of a cluster may
    /// differ: an owner's lifetime is on record, and no peer ends its session earlier. Default: 15 seconds.
    /// </summary>
    public TimeSpan LockLifetime
    {
        get => StatementTimeout + IdleTimeout;
        set => Set(ref _lockLifetime, value, LockLifetime);
    }

    /// <summary>
    /// Gets or sets how long the server lets one statement of an owner run. Together with <see cref="IdleTimeout"/> this time bounds how
    /// long a silent owner keeps its lock. Default: what <see cref="LockLifetime"/> leaves, or a third of it, 5 seconds.
    /// </summary>
    public TimeSpan StatementTimeout
    {
        get => _statementTimeout ?? (_lockLifetime - _idleTimeout) ?? Lifetime / 3;
        set => Set(ref _statementTimeout, value, StatementTimeout);
    }

    /// <summary>
    /// Gets or sets how long the server lets an owner's session be silent before it ends it. Default: what <see cref="LockLifetime"/>
    /// leaves, or two thirds of it, 10 seconds.
    /// </summary>
    public TimeSpan IdleTimeout
    {
        get => _idleTimeout ?? (_lockLifetime - _statementTimeout) ?? Lifetime - (Lifetime / 3);
        set => Set(ref _idleTimeout, value, IdleTimeout);
    }

    /// <summary>
    /// Gets or sets how often an owner beats its heartbeat while a batch is worked on. Default: a fifth of <see cref="LockLifetime"/>,
    /// 3 seconds.
    /// </summary>
    public TimeSpan HeartbeatPeriod
    {
        get => _heartbeatPeriod ?? LockLifetime / 5;
        set => Set(ref _heartbeatPeriod, value, HeartbeatPeriod);
    }

    /// <summary>
    /// Gets or sets the longest time between two polls when nothing wakes the poller; at most 1 second. Default: 1 second.
    /// </summary>
    public TimeSpan PollPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how long the poll loop may go without a turn, successful or not, before liveness turns red. At least ten times
    /// <see cref="StatementTimeout"/> plus 10 seconds, which a turn of a slow database may take. Default: that, and 60 seconds or more.
    /// </summary>
    public TimeSpan PollOverdueAfter
    {
        get => _pollOverdueAfter ?? (SlowestTurn > _leastOverdue ? SlowestTurn : _leastOverdue);
        set => Set(ref _pollOverdueAfter, value, PollOverdueAfter);
    }

    /// <summary>Gets or sets how often the cluster's recovery sweeps. Default: 30 seconds.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long entries of the log are kept after they were enqueued, at least 1 day: then the partition of their day is
    /// dropped, if every sink is past it. What is known of ended runs goes with the last of their entries. Default: 7 days.
    /// </summary>
    public TimeSpan RetainFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets how long the history of attempts is kept, at least 1 day. Default: 7 days.</summary>
    public TimeSpan RetainHistoryFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Gets or sets how long an open run's producer may be silent, and the group without progress, before the run is ended as stranded.
    /// Default: 6 hours.
    /// </summary>
    public TimeSpan StrandedAfter { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Gets or sets how often a batch is attempted before its run fails. Default: 3.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Gets or sets how often an owner may be lost in a batch before its run fails, 2 or more. A success starts the count anew. A batch one
    /// loss from the limit runs alone on its silo, so that none is blamed for another's crash. Default: 5.
    /// </summary>
    [Range(2, 100)]
    public int MaxLosses { get; set; } = 5;

    /// <summary>
    /// Gets or sets the upper bound of the wait before the second attempt; it doubles with each further one. Default: 15 seconds.
    /// </summary>
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the upper bound of the wait before any attempt. Default: 10 minutes.</summary>
    public TimeSpan BackoffCap { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets how long a batch may take in a sink, by the sink's name, before it is cancelled; that counts as an attempt. More than 0 and at
    /// most 24 days. Default: none, so that a batch may take as long as it does.
    /// </summary>
    public IDictionary<string, TimeSpan> BatchTimeouts { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Gets or sets how long a batch may run before liveness turns red. Default: 2 hours.</summary>
    public TimeSpan StuckBatchAfter { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Gets or sets how long a stopping silo lets current batches finish before it cancels them. Default: 30 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the lock lifetime as it was set, which may contradict the times that make it up; null when it was not set.</summary>
    internal TimeSpan? LockLifetimeAsSet => _lockLifetime;

    // From one turn of the poll loop to the next: connecting and preparing the poll's connection and a group's, four queries, one lock,
    // and the pause after a failure.
    internal TimeSpan SlowestTurn => (StatementTimeout * 10) + TimeSpan.FromSeconds(10);

    private TimeSpan Lifetime => _lockLifetime ?? TimeSpan.FromSeconds(15);

    // A configuration binder writes back every value that it has read: such a value goes on following the others.
    private static void Set(ref TimeSpan? field, TimeSpan value, TimeSpan current) => field = value == current ? field : value;

    private static string DefaultSiloName()
    {
        var name = $"{Environment.MachineName}-{Environment.ProcessId}";
        return name.Length <= 40 ? name : name[^40..];
    }
}
