using System.Globalization;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Work;

// Draws work from a seed: groups, runs, batches and the batches' orders.
internal sealed class WorkPlan(Random random, int producer, int groups, InputFiles? files = null)
{
    private const int Teams = 8;

    // So few ids that upserts meet the rows of other batches.
    private const int Ids = 200;
    private const int MostRows = 20;

    private int _born;

    public int Percent() => random.Next(100);

    public int Between(int least, int most) => random.Next(least, most + 1);

    public GroupKey OftenUsed()
    {
        var number = random.Next(groups);
        return new GroupKey((number % Teams) + 1, string.Create(CultureInfo.InvariantCulture, $"often-{number}"));
    }

    // A group that never ran before.
    public GroupKey Newborn() =>
        new(random.Next(Teams) + 1, string.Create(CultureInfo.InvariantCulture, $"once-{producer}-{++_born}"));

    public PlannedRun Run(GroupKey group)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        if (files is not null)
        {
            var type = Percent() switch { < 45 => "append", < 70 => "full_refresh", _ => "incremental" };
            return new PlannedRun(group, new Guid(bytes), type) { HasFiles = true, Supersedes = type == "full_refresh" && Percent() < 30 };
        }

        var syncType = Percent() switch { < 60 => "append", < 80 => "full_refresh", < 90 => "incremental", _ => "cdc" };
        return new PlannedRun(group, new Guid(bytes), syncType);
    }

    public List<PlannedBatch> Batches(PlannedRun run, int count, bool final) =>
        [.. Enumerable.Range(0, count).Select(i => Batch(run, i, final && i == count - 1))];

    public PlannedBatch RolledBack(PlannedRun run, int index) =>
        Batch(run, index, final: false) is var batch && files is null
            ? batch with { Path = $"/drill/rolled-back/{run.RunId}/{index}" }
            : batch;

    // Most batches are short. A fault finds its owner in one of the long ones.
    private int SleepMs() => Percent() < 8 ? Between(1000, 3000) : Between(20, 300);

    private PlannedBatch Batch(PlannedRun run, int index, bool final)
    {
        if (files is not null)
        {
            return new PlannedBatch(run, index, files.PathOf(run.RunId, index), final, 0, 0, Permanent: Percent() < 3)
            {
                Ids = [.. Enumerable.Range(0, Between(0, MostRows)).Select(_ => (long)random.Next(Ids))],
            };
        }

        // A failed run of cdc blocks its group until somebody acts.
        var (fails, permanent) = Percent() switch
        {
            < 80 => (0, false),
            < 88 => (1, false),
            < 93 => (2, false),
            < 96 when run.SyncType != "cdc" => (3, false),
            >= 96 when run.SyncType != "cdc" => (0, true),
            _ => (0, false),
        };
        return new PlannedBatch(run, index, $"/drill/{run.RunId}/{index}", final, SleepMs(), fails, permanent);
    }
}
