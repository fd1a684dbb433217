namespace OrleansBatch.Sinks.Stores;

/// <summary>A file on this host that becomes an object when it is complete. Disposing an incomplete draft deletes the file.</summary>
public interface IObjectDraft : IDisposable
{
    /// <summary>Gets the absolute path of the file to write.</summary>
    string Path { get; }

    /// <summary>Makes the file an object: it is durable under its name when the call returns.</summary>
    /// <param name="cancellationToken">Cancels the wait; the object may be there all the same.</param>
    /// <returns>The object's size in bytes.</returns>
    /// <exception cref="StoreException">The store can't be written.</exception>
    Task<long> CompleteAsync(CancellationToken cancellationToken);
}
