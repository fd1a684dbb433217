namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink that describes its settings. The silo writes the description into the database when it starts.
/// Operators, <c>doctor</c> and producers can then tell which silo reaches which files, and whether all silos share one destination.
/// </summary>
public interface IDescribedSink : IBatchSink
{
    /// <summary>Describes the sink's settings; called once, before the silo takes work.</summary>
    SinkDescription Describe();
}
