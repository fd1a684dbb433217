using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Sinks.Stores.Scratch;

namespace OrleansBatch.Sinks.Input;

// A batch's file in S3. What is read is a copy, which is asked for anew by each batch, lest the object has changed.
internal sealed class S3Input(string named, S3Store store, string name)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(10);

    public ScratchFile Fetch(CancellationToken cancellationToken) =>
        Call(() => store.FetchAsync(name, mayHaveChanged: true, cancellationToken)) ?? throw new BatchUnreachableException(
            $"{named} does not exist; put the object there, or skip the batch.");

    public void RequireUnchanged(ScratchFile copy, CancellationToken cancellationToken)
    {
        if (Call(() => store.TagAsync(name, cancellationToken)) != copy.ETag)
        {
            throw new IOException($"{named} was changed while it was read; enqueue only objects that nobody writes to any more.");
        }
    }

    // A sink's thread waits for its sink, and has no time for the call's own continuations.
    private T Call<T>(Func<Task<T>> call)
    {
        try
        {
            return Task.Run(call).GetAwaiter().GetResult();
        }
        catch (StoreException error)
        {
            throw error.Trouble switch
            {
                StoreTrouble.Other => new PermanentBatchException($"{named} can't be read: {error.Message} Enqueue a copy of it.", error),
                var trouble => new SinkNotReadyException(
                    $"{named} can't be read now: {error.Message} Nothing is lost: the group's batches wait until this is settled.",
                    _retryAfter,
                    error)
                {
                    Code = trouble == StoreTrouble.NoSpace ? NotReadyCode.NoSpace : NotReadyCode.Other,
                },
            };
        }
    }
}
