namespace OrleansBatch.Drill.Takeovers;

// The number of taken slots of each silo at a moment.
internal sealed record SlotUse(DateTimeOffset At, IReadOnlyDictionary<int, int> Taken)
{
    public const int Slots = 16;

    public bool HasFree(int silo) => Taken.GetValueOrDefault(silo) < Slots;
}
