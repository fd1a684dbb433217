namespace OrleansBatch.Sinks.Stores;

/// <summary>Finds out at a start whether a store keeps what tables rely on: of two writers that want one name, one gets it.</summary>
public static class StoreProbe
{
    private const string Folder = "_orleansbatch_probe";

    /// <summary>Writes and deletes small objects under a name of the probe's own.</summary>
    /// <param name="store">The store to try.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <exception cref="StoreException">The store can't be used. The message says what it lacks, and what to do.</exception>
    public static async Task CheckAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var name = $"{Folder}/{Guid.NewGuid():N}";
        byte[] first = [1], second = [2];
        try
        {
            var created = await store.TryCreateAsync(name, first, cancellationToken);
            var again = await store.TryCreateAsync(name, second, cancellationToken);
            var there = await store.TryReadAsync(name, cancellationToken);
            if (again || there is not [1])
            {
                throw Refused(store, "has overwritten an object that was to be written only if its name was free");
            }

            if (!created)
            {
                throw Refused(store, "takes a free name for taken");
            }
        }
        finally
        {
            await RemoveAsync(store, name);
        }
    }

    private static StoreException Refused(IObjectStore store, string what) => new(
        $"{store.Address} {what}. Two silos could commit one version of a table there, and one of the two commits would be lost unseen. "
        + "Use a store that respects conditional writes, such as AWS S3, Ceph from 16, MinIO, or a directory.",
        StoreTrouble.Unfit);

    // What the probe has found out counts, and not whether its object can be deleted.
    private static async Task RemoveAsync(IObjectStore store, string name)
    {
        try
        {
            await store.DeleteAsync([name], CancellationToken.None);
        }
        catch (StoreException)
        {
        }
    }
}
