using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Drill.Faults;

namespace OrleansBatch.Silo.Drill.Takeovers;

// A group that needs an owner since a fault: it was claimed by the silo that the fault hit, or got its first batch at that moment.
// The epoch is the former owner's, 0 when there was none. An owner's epoch is the database's clock in microseconds when it took over.
internal sealed record OrphanedGroup(FaultKind Fault, int? Silo, GroupKey Group, long Epoch, DateTimeOffset Since)
{
    // Groups that never had an owner are found without waiting for one to be lost: counted apart.
    public bool IsNewborn => Epoch == 0;
}
