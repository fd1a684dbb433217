using System.Collections.Concurrent;
using Npgsql;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill.Takeovers;

// Notes right after a fault which groups it left without an owner, and gives some groups their first batch at that moment.
internal sealed class OrphanWatch(DrillDatabase database, Timeline timeline, WorkPlan plan, ProducerConnection producer)
{
    private const int Newborn = 2;

    // By then the server has carried out the last statements of a killed process.
    private static readonly TimeSpan _settled = TimeSpan.FromMilliseconds(30);

    private readonly Lock _planning = new();

    public ConcurrentBag<OrphanedGroup> Orphaned { get; } = [];

    public async Task<int> NoteAsync(FaultKind fault, int silo, string name, DateTimeOffset since, CancellationToken ct)
    {
        await Task.Delay(_settled, ct);
        var found = await OrphanedByAsync(name, ct);
        found.ForEach(f => Orphaned.Add(new OrphanedGroup(fault, silo, f.Group, f.Epoch, since)));
        foreach (var batch in Draw())
        {
            // The clock starts once a silo may have seen the batch.
            if (await producer.EnqueueAsync([batch], many: false, ct))
            {
                Orphaned.Add(new OrphanedGroup(fault, silo, batch.Group, 0, timeline.Now));
            }
        }

        return found.Count;
    }

    // The groups of all silos count, because the server itself went away.
    public async Task NoteAllAsync(FaultKind fault, DateTimeOffset since, CancellationToken ct) =>
        (await OrphanedByAsync("", ct)).ForEach(f => Orphaned.Add(new OrphanedGroup(fault, null, f.Group, f.Epoch, since)));

    public void Note(FaultKind fault, GroupKey group, long epoch, DateTimeOffset since) =>
        Orphaned.Add(new OrphanedGroup(fault, null, group, epoch, since));

    private async Task<List<(GroupKey Group, long Epoch)>> OrphanedByAsync(string silo, CancellationToken ct)
    {
        try
        {
            return await database.Observer.ReadAsync(
                "drill_orphaned", r => (new GroupKey(r.GetInt64(0), r.GetString(1)), r.GetInt64(2)), ct, silo);
        }
        catch (NpgsqlException)
        {
            // The database is away, so no takeover can be measured from here.
            return [];
        }
    }

    // Several faults may draw at the same time, and a Random serves only one thread.
    private List<PlannedBatch> Draw()
    {
        lock (_planning)
        {
            return [.. Enumerable.Range(0, Newborn).SelectMany(_ => plan.Batches(plan.Run(plan.Newborn()), 1, final: true))];
        }
    }
}
