namespace OrleansBatch.Sinks.Stores;

/// <summary>An object as a file of this host. The path leads to it until it is disposed.</summary>
public interface IObjectFile : IDisposable
{
    /// <summary>Gets the absolute path of the file to read.</summary>
    string Path { get; }
}
