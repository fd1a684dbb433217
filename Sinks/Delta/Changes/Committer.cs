using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Tables;

namespace OrleansBatch.Sinks.Delta.Changes;

// Puts a commit behind the version that it was made for. Under the group's lock only other programs and former owners come between.
internal sealed class Committer(Lake lake)
{
    // So often a commit is made anew because another came first. A program that commits without a pause would hold the group up for ever.
    private const int MostTries = 20;

    // Makes the change, and makes it anew whenever another commit came first. The change is null when nothing is left to commit.
    public async Task<T> RunAsync<T>(
        GroupTable table, TableLog log, SinkContext context, Func<Task<PreparedCommit<T>>> prepare, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var prepared = await prepare();
            if (prepared.Commit is not { } commit)
            {
                return prepared.Result;
            }

            await context.EnsureOwnedAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (await log.TryCommitAsync(prepared.Read, commit, cancellationToken))
            {
                await log.MaintainAsync(cancellationToken);
                return prepared.Result;
            }

            await prepared.DiscardAsync(cancellationToken);
        }

        throw lake.NotReady.Contended(table.Group, table.Store.Address);
    }
}
