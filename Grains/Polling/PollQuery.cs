using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>What a poll looks for.</summary>
internal sealed record PollQuery
{
    /// <summary>Gets the team after which the turn begins.</summary>
    public long AfterTeam { get; init; } = long.MinValue;

    /// <summary>Gets how many groups to find.</summary>
    public required int MaxGroups { get; init; }

    /// <summary>
    /// Gets how many groups are asked for that notifications named: no more than can be started, because a poll asks for each of them once.
    /// </summary>
    public int MaxNotified { get; init; } = int.MaxValue;

    public required short[] Sinks { get; init; }

    /// <summary>Gets the keys that this silo leaves out; what is held is left out anyway.</summary>
    public IReadOnlyCollection<LockKey> LeftOut { get; init; } = [];

    /// <summary>Gets the teams with slots in use on this silo.</summary>
    public IReadOnlyCollection<(long Team, int Slots)> Teams { get; init; } = [];

    /// <summary>Gets how many slots a team may have on this silo; null for no limit.</summary>
    public int? MaxPerTeam { get; init; }

    public IReadOnlyCollection<DeadStretch> Stretches { get; init; } = [];

    /// <summary>Gets the groups that ended here lately, to be asked for although they may lie in a stretch.</summary>
    public IReadOnlyCollection<int> Ended { get; init; } = [];

    /// <summary>Gets how far back parked groups may have come due.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(36500);
}
