using Npgsql;
using OrleansBatch.Grains.Intake;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Silo.Inspection;

// Reads the queue's views for people.
internal sealed class QueueInspector(NpgsqlDataSource source)
{
    public async Task<QueueStatus> ReadAsync(string database, CancellationToken ct)
    {
        var active = await source.ReadAsync(
            "active_groups",
            r => new ActiveGroup(
                r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt64(5), r.GetInt32(6),
                r.IsDBNull(7) ? null : r.GetString(7), Time(r, 8), Time(r, 9),
                r.IsDBNull(10) ? null : r.GetString(10), Time(r, 11), Time(r, 12)),
            ct);
        var silos = await SilosAsync(ct);
        var pauses = await new BatchReports(source).ListPausesAsync(ct);
        var alone = await source.ReadAsync(
            "lone_batches",
            r => new LoneBatch(
                r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetInt64(4), r.GetInt32(5), Time(r, 6), r.GetInt64(7)),
            ct);
        var totals = await source.ReadAsync(
            "queue_totals",
            r => new QueueStatus
            {
                Database = database,
                Groups = r.GetInt64(0),
                Waiting = r.GetInt64(1),
                Executing = r.GetInt64(2),
                Retrying = r.GetInt64(3),
                FailedRuns = r.GetInt64(4),
                OldestWaitingSeconds = r.IsDBNull(5) ? null : r.GetDouble(5),
                Silos = silos,
                Active = active,
                Pauses = pauses,
                Alone = alone,
            },
            ct);
        return totals[0];
    }

    public async Task<ForgetPreview> PreviewForgetAsync(long teamId, string? schemaId, CancellationToken ct)
    {
        var sinks = await source.ReadAsync(
            "forget_sinks",
            r => new ForgetPreview.OfSink(r.GetString(0), r.GetInt64(1), r.GetBoolean(2), r.GetBoolean(3), r.GetString(4)),
            ct, teamId, Argument.Of(schemaId));
        return (await source.ReadAsync(
            "forget_totals",
            r => new ForgetPreview(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), sinks),
            ct, teamId, Argument.Of(schemaId)))[0];
    }

    // Returns how the upkeep ended that was asked for at that moment; null while it has not.
    public async Task<(string Outcome, bool Failed)?> ReadUpkeepAsync(GroupKey group, string sink, DateTime asked, CancellationToken ct)
    {
        var ends = await source.ReadAsync(
            "upkeep_end", r => (r.GetString(0), r.GetBoolean(1)), ct, group.TeamId, group.SchemaId, sink, asked);
        return ends.Count == 0 ? null : ends[0];
    }

    // Returns the silos that poll this database at this moment.
    public Task<List<string>> SilosAsync(CancellationToken ct) => source.ReadAsync("serving_silos", r => r.GetString(0), ct);

    // A sink may hold a group's file open until its owner has left, which is a moment after its last run has ended.
    public async Task WaitUntilLeftAsync(TimeSpan within, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        while ((await source.ReadAsync("held_groups", r => r.GetInt64(0), ct))[0] > 0 && TimeProvider.System.GetElapsedTime(start) < within)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    private static DateTimeOffset? Time(Row r, int ordinal) =>
        r.IsDBNull(ordinal) ? null : r.GetFieldValue<DateTimeOffset>(ordinal);
}
