using Npgsql;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Work;

// An operator who cancels runs, skips batches, and mends and retries what has failed. Refusals are answers: the queue was faster.
internal sealed class Meddler(DrillDatabase database, WorkLog log, InputFiles files)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    public Task CancelAsync(Guid run, CancellationToken ct) => TryAsync("drill_cancel", ct, run);

    // The request may be granted although its answer is lost.
    public Task SkipAsync(Guid run, int index, CancellationToken ct)
    {
        log.Meddle(run, index, Meddling.Skipped);
        return TryAsync("drill_skip", ct, run, index);
    }

    public void Spoil(Guid run, int index, string path)
    {
        log.Meddle(run, index, Meddling.Spoiled);
        InputFiles.Spoil(path);
    }

    public async Task RetryAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var runs = await database.Observer.ReadAsync(
                    "drill_retriable", r => (Run: r.GetGuid(0), Paths: r.IsDBNull(1) ? [] : r.GetFieldValue<string[]>(1)), ct,
                    DrillSinks.Delta);
                foreach (var (run, paths) in runs)
                {
                    Array.ForEach(paths, Mend);
                    await TryAsync("drill_retry", ct, run);
                }
            }
            catch (NpgsqlException)
            {
                // The database is away.
            }

            await Task.Delay(_pause, ct);
        }
    }

    // A path ends with the run and the index under which the batch was first enqueued.
    private void Mend(string path)
    {
        var (run, index) = (Guid.Parse(Path.GetFileName(Path.GetDirectoryName(path))!), int.Parse(
            Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture));
        if (log.Contents.TryGetValue((run, index), out var ids))
        {
            log.Meddle(run, index, Meddling.Mended);
            files.Mend(path, run, index, ids);
        }
    }

    private async Task TryAsync(string name, CancellationToken ct, params object[] values)
    {
        try
        {
            await database.Observer.ReadAsync(name, _ => 0, ct, values);
        }
        catch (NpgsqlException)
        {
            // Refused, or the database is away.
        }
    }
}
