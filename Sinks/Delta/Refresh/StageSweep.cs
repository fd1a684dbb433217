using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Refresh;

// Deletes stages that nobody comes back to: those without a commit for as long as a table remembers runs.
// A younger one may belong to a run that goes on, or that is retried.
internal sealed class StageSweep(Lake lake)
{
    // Trouble concerns no run: what is left goes with the next sweep.
    public async Task RunAsync(GroupTable table, CancellationToken cancellationToken)
    {
        try
        {
            var main = await table.Main.ReadAsync(cancellationToken);
            foreach (var run in await table.ListStagesAsync(cancellationToken))
            {
                if (await table.StageOf(run).ReadAsync(cancellationToken) is { } stage
                    && lake.Time.GetUtcNow() - stage.Timestamp > lake.Options.TransactionRetention)
                {
                    var files = stage.Files.Keys.Where(f => main?.Files.ContainsKey(f) is not true).ToList();
                    await table.Store.DeleteAsync(files, cancellationToken);
                    await DeleteAsync(table.StageStoreOf(run), cancellationToken);
                }
            }
        }
        catch (StoreException)
        {
        }
    }

    private static async Task DeleteAsync(IObjectStore stage, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var found in stage.ListAsync(string.Empty, null, cancellationToken))
        {
            names.Add(found.Name);
        }

        await stage.DeleteAsync(names, cancellationToken);
    }
}
