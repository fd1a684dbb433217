using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Polling;

/// <summary>What one poll found: groups to start, stretches without anything alive, and what else is to be done.</summary>
internal sealed class PollResult
{
    private readonly List<Candidate> _candidates = [];
    private readonly List<DeadStretch> _stretches = [];

    public IReadOnlyList<Candidate> Candidates => _candidates;

    public IReadOnlyList<DeadStretch> Stretches => _stretches;

    /// <summary>Gets a value indicating whether the time of a parked group has come.</summary>
    public bool IsSomeDue { get; private set; }

    /// <summary>Gets how many keys are held by sessions of this database.</summary>
    public int Held { get; private set; }

    /// <summary>Takes in a row of the statement "candidates", which has three kinds.</summary>
    public bool Read(Row row)
    {
        if (row.IsNull("sink_id"))
        {
            // The state: "group_id" counts the held keys, and "entries" tells whether a parked group is due.
            (Held, IsSomeDue) = (row.Get<int>("group_id"), row.Get<long>("entries") != 0);
        }
        else if (row.IsNull("after_team"))
        {
            _candidates.Add(new Candidate(
                new GroupKey(row.Get<long>("team_id"), row.Get<string>("schema_id")), row.Get<int>("group_id"), row.Get<short>("sink_id")));
        }
        else
        {
            // A stretch without an end goes on to the end of its team, or of the index when there is no team either.
            _stretches.Add(new DeadStretch(
                row.Get<short>("sink_id"), row.Get<long>("after_team"), row.Get<int>("after_group"),
                row.NullOr<long?>("team_id") ?? long.MaxValue, row.NullOr<int?>("group_id") ?? int.MaxValue,
                row.NullOr<long?>("to_id") ?? long.MaxValue, row.Get<long>("entries")));
        }

        return true;
    }
}
