using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Probe;

namespace OrleansBatch.Silo.Hosting;

/// <summary>Names the sinks that this program has.</summary>
internal static class BuiltInSinks
{
    /// <summary>The sink that writes one DuckDB file per group.</summary>
    public const string DuckDb = DuckDbSinkRegistration.SinkName;

    /// <summary>The sink that writes one Delta table per group.</summary>
    public const string Delta = DeltaSinkRegistration.SinkName;

    /// <summary>The sink that records which batches it got.</summary>
    public const string Probe = ProbeSinkRegistration.Name;

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<string> All { get; } = [DuckDb, Delta, Probe];
}
