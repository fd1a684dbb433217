using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Silo.Tables;

// Whether the Delta tables stand where the queue says. A lake that can't be read from here is said, and is no finding.
internal sealed class DeltaTablesCheck(NpgsqlDataSource source, Action<string> say)
{
    private const int MostGroups = 50;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    public async Task<List<Finding>> RunAsync(CancellationToken ct)
    {
        var lakes = await source.ReadAsync("delta_lakes", r => (Place: r.GetString(0), Host: r.IsDBNull(1) ? null : r.GetString(1)), ct);
        if (lakes.Count == 0)
        {
            return [];
        }

        var (place, host) = lakes[0];
        var findings = new List<Finding>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_longest);
        try
        {
            // A directory of another host is another directory here, unless the hosts share it.
            var isElsewhere = !Lakes.IsRemote(place) && host != Environment.MachineName;
            if (isElsewhere && !Directory.Exists(place))
            {
                say($"The lake {place} of host {host} can't be read from here: its Delta tables were not compared with the queue.");
                return [];
            }

            using var lake = new DeltaLake(place);
            foreach (var cursor in await DeltaCursor.ListAsync(source, MostGroups, limit.Token))
            {
                findings.AddRange(await CompareAsync(lake, cursor, isElsewhere, limit.Token));
            }
        }
        catch (StoreException e)
        {
            say($"{e.Message} Not all Delta tables were compared with the queue.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            say($"The lake {place} takes its time: not all Delta tables were compared with the queue.");
        }

        return findings;
    }

    private async Task<IEnumerable<Finding>> CompareAsync(DeltaLake lake, DeltaCursor cursor, bool isElsewhere, CancellationToken ct)
    {
        try
        {
            var table = await lake.ReadAsync(cursor.Group, ct);
            return table.ReachedSeq < cursor.AppliedSeq
                ? [await BehindAsync(cursor, table, ct)]
                : cursor.IsPassedBy(table) && await cursor.ReadAgainAsync(source, ct) is { } now && now.IsPassedBy(table)
                ? [Ahead(now, table)]
                : [];
        }
        catch (FileNotFoundException e)
        {
            return cursor.AppliedSeq == 0 || isElsewhere ? [] : [Missing(cursor, e.Message)];
        }
        catch (DeltaLogException e)
        {
            const string Remedy = "Do what the sentence says, or put a copy of the table there.";
            return [new Finding("table_unreadable", "error", SubjectOf(cursor), e.Message, Remedy)];
        }
    }

    private async Task<Finding> BehindAsync(DeltaCursor cursor, DeltaTableState table, CancellationToken ct)
    {
        var from = (await source.ReadAsync(
            "delta_replay_from", r => r.GetInt64(0), ct, cursor.Group.TeamId, cursor.Group.SchemaId,
            table.ReachedSeq + 1)).FirstOrDefault();
        return new Finding(
            "table_behind", "error", SubjectOf(cursor),
            $"The table {table.Address} ends at seq {table.ReachedSeq}, and the queue counts batches of group {cursor.Group} as "
                + $"applied up to seq {cursor.AppliedSeq}: the table was restored from an older copy, or is in another lake.",
            from == 0
                ? "Put the newest copy of the table back, or load a full_refresh: the batches that it lacks are no longer kept."
                : $"Put the newest copy back, or apply what it lacks: {Replay(cursor, from)}");
    }

    private static Finding Missing(DeltaCursor cursor, string message) => new Finding(
        "table_missing", "error", SubjectOf(cursor),
        $"{message} The queue counts its batches as applied up to seq {cursor.AppliedSeq}.",
        $"Put the table back, or have all applied again: {Replay(cursor, 1)}");

    private static Finding Ahead(DeltaCursor cursor, DeltaTableState table) => new Finding(
        "table_ahead", "error", SubjectOf(cursor),
        $"The table {table.Address} has batches of group {cursor.Group} up to seq {table.ReachedSeq}, and the queue has applied them up to "
            + $"seq {cursor.AppliedSeq} only: the database was restored to an earlier state, or the table is another queue's.",
        "Restore database and table to one moment, or give the silos a lake of their own: orleansbatch serve --sinks delta --lake PLACE");

    // The table lacks what is applied again, so no row is there twice.
    private static string Replay(DeltaCursor cursor, long from) =>
        $"orleansbatch replay {ShellWord.Of($"{cursor.Group}")} --from {from} --sink delta --force";

    private static string SubjectOf(DeltaCursor cursor) => $"{cursor.Group} in delta";
}
