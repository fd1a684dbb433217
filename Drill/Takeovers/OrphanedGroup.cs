using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Faults;

namespace OrleansBatch.Drill.Takeovers;

// A group that needs an owner since a fault. The silo that the fault hit had claimed the group, or the group got its first batch then.
// The epoch is the former owner's, 0 without one. An owner's epoch is the database's clock in microseconds at its own.
internal sealed record OrphanedGroup(FaultKind Fault, int? Silo, GroupKey Group, long Epoch, DateTimeOffset Since)
{
    // A group that never had an owner is found without a loss, and is therefore counted apart.
    public bool IsNewborn => Epoch == 0;
}
