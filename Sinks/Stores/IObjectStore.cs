namespace OrleansBatch.Sinks.Stores;

/// <summary>
/// A place for objects under one directory or one prefix of a bucket. Names are relative to it, with slashes between their parts.
/// An object is there whole or not at all, and what a call has written when it returns survives a power cut.
/// </summary>
public interface IObjectStore
{
    /// <summary>Gets the store's place for people, without secrets: an absolute directory, or s3://bucket/prefix.</summary>
    string Address { get; }

    /// <summary>Opens the store of a directory or prefix below this one.</summary>
    /// <param name="name">The name of the directory, with slashes between its parts.</param>
    IObjectStore Below(string name);

    /// <summary>Creates an object unless its name is taken. Of several that try at once, exactly one succeeds.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="content">The object's bytes.</param>
    /// <param name="cancellationToken">Cancels the wait; the object may have been created all the same.</param>
    /// <returns>False when the name is taken.</returns>
    /// <exception cref="StoreException">The store can't be written, or does not tell whether it was.</exception>
    Task<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Writes an object, whether its name is taken or not. Readers see the old bytes or the new ones.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="content">The object's bytes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreException">The store can't be written.</exception>
    Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Begins a file that is written on this host, and becomes an object when it is complete.</summary>
    /// <param name="name">The object's name, which must be unique for good.</param>
    /// <exception cref="StoreException">The file can't be made.</exception>
    IObjectDraft Draft(string name);

    /// <summary>Reads a small object whole.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="StoreException">The store can't be read.</exception>
    Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes an object readable as a file of this host for as long as the result is not disposed.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="StoreException">The store can't be read, or this host has no room for a copy.</exception>
    Task<IObjectFile?> TryFetchAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lists objects in the order of their names' bytes.</summary>
    /// <param name="prefix">What the names begin with; empty for all.</param>
    /// <param name="startAfter">The name after which the list begins; null for the first.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <exception cref="StoreException">The store can't be read.</exception>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken);

    /// <summary>Deletes objects. A name that is not taken is no error.</summary>
    /// <param name="names">The objects' names.</param>
    /// <param name="cancellationToken">Cancels what is left to delete.</param>
    /// <exception cref="StoreException">The store can't be written.</exception>
    Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);
}
