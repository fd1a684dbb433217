namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink that says what it is configured with. The silo writes it into the database when it starts, so that operators, <c>doctor</c> and
/// producers can tell which silo reaches which files, and whether all silos write to the same place.
/// </summary>
public interface IDescribedSink : IBatchSink
{
    /// <summary>Describes the sink's settings; called once, before the silo takes work.</summary>
    SinkDescription Describe();
}
