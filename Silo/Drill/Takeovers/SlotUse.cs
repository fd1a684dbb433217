namespace OrleansBatch.Silo.Drill.Takeovers;

// How many slots each silo had taken at a moment.
internal sealed record SlotUse(DateTimeOffset At, IReadOnlyDictionary<int, int> Taken)
{
    public const int Slots = 16;

    public bool HasFree(int silo) => Taken.GetValueOrDefault(silo) < Slots;
}
