using OrleansBatch.Drill.Lakes;
using OrleansBatch.Drill.Tables;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Faults;

// Reads the token that stands in the log to which a caught owner was about to commit.
internal static class FenceLook
{
    private const string Log = "_delta_log/";

    public static async Task<FenceFact?> ReadAsync(IDrillLake lake, PointHit hit, TablePosition position, CancellationToken ct)
    {
        // A data file may be meant for the table or for a stage.
        var at = hit.Name.IndexOf(Log, StringComparison.Ordinal);
        var table = lake.Store.Below(TablePath.Of(hit.Group));
        try
        {
            var store = at > 0 ? table.Below(hit.Name[..(at - 1)]) : table;
            var (versions, _) = await LogReplay.ReadAsync(store, ct);
            return new FenceFact(hit.Group, position.NextSeq, store.Address, position.Epoch, versions.Max(v => v.Token));
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
