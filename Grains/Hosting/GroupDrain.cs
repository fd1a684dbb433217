using OrleansBatch.Grains.Groups;

namespace OrleansBatch.Grains.Hosting;

/// <summary>Lets the host of a silo that drains give up waiting; a service of every host that has the engine.</summary>
public sealed class GroupDrain
{
    private readonly GroupSlots _slots;

    internal GroupDrain(GroupSlots slots) => _slots = slots;

    /// <summary>
    /// Cancels the current batches at once instead of after the drain time-out, without counting their attempts; no group starts anew
    /// afterwards.
    /// </summary>
    public void CancelBatches() => _slots.Abort();
}
