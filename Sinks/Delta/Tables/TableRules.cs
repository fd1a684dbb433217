using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DeltaLog.Snapshots;

namespace OrleansBatch.Sinks.Delta.Tables;

// What must hold before a table is written: the log's own library refuses what it can't honour, and this sink what it does not write.
internal static class TableRules
{
    // The property of a table that names its group.
    public const string GroupProperty = "orleansbatch.group";

    public static void Require(Snapshot? snapshot, GroupKey group, NotReady notReady)
    {
        if (snapshot is null)
        {
            return;
        }

        if (snapshot.Metadata.Configuration.TryGetValue(GroupProperty, out var owner) && owner != $"{group}")
        {
            throw notReady.OtherGroup(group, snapshot.Address, owner);
        }

        snapshot.RequireWritable();
        if (snapshot.Metadata.PartitionColumns.Count > 0)
        {
            throw new PermanentBatchException(
                $"The table {snapshot.Address} is partitioned by {string.Join(", ", snapshot.Metadata.PartitionColumns)}, and this sink "
                + "writes tables without partitions; have the group loaded to a table of its own.");
        }
    }
}
