namespace OrleansBatch.Sinks.Stores;

/// <summary>An object as a list shows it.</summary>
/// <param name="Name">The object's name within the store.</param>
/// <param name="Length">The object's size in bytes.</param>
/// <param name="Modified">When the object was written, by the store's clock.</param>
public sealed record StoredObject(string Name, long Length, DateTimeOffset Modified);
