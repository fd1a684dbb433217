using Npgsql;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Faults;

// Where a group's cursor stood when its owner was caught, and the batch there.
internal sealed record TablePosition(GroupKey Group, long Epoch, long NextSeq, (Guid Run, int Index, string Path)? Batch)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(100);

    // Null while the database is away, or when the group never had an owner.
    public static async Task<TablePosition?> ReadAsync(DrillDatabase database, GroupKey group, CancellationToken ct)
    {
        try
        {
            return (await database.Observer.ReadAsync(
                "drill_position",
                r => new TablePosition(
                    group, r.GetInt64(0), r.GetInt64(1), r.IsDBNull(4) ? null : (r.GetGuid(2), r.GetInt32(3), r.GetString(4))),
                ct, group.TeamId, group.SchemaId)).FirstOrDefault();
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    // Waits until another owner has passed the entry, however it ended there.
    public async Task<bool> IsPassedAsync(DrillDatabase database, TimeSpan within, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < within)
        {
            if (await ReadAsync(database, Group, ct) is { } now && now.Epoch > Epoch && now.NextSeq > NextSeq)
            {
                return true;
            }

            await Task.Delay(_lookEvery, ct);
        }

        return false;
    }
}
