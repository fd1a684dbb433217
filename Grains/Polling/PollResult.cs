using Npgsql;
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
    public bool Read(NpgsqlDataReader row)
    {
        if (row.IsDBNull(3))
        {
            (Held, IsSomeDue) = (row.GetInt32(2), row.GetInt64(7) != 0);
        }
        else if (row.IsDBNull(4))
        {
            _candidates.Add(new Candidate(new GroupKey(row.GetInt64(0), row.GetString(1)), row.GetInt32(2), row.GetInt16(3)));
        }
        else
        {
            // What has no end there goes on to the end of the team, or of the index when it has no team either.
            _stretches.Add(new DeadStretch(
                row.GetInt16(3), row.GetInt64(4), row.GetInt32(5),
                row.IsDBNull(0) ? long.MaxValue : row.GetInt64(0), row.IsDBNull(2) ? int.MaxValue : row.GetInt32(2),
                row.IsDBNull(6) ? long.MaxValue : row.GetInt64(6), row.GetInt64(7)));
        }

        return true;
    }
}
