namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>What a program must know to read a table, and to write it.</summary>
/// <param name="MinReaderVersion">The lowest reader version. 3 stands for the features in the list.</param>
/// <param name="MinWriterVersion">The lowest writer version. 7 stands for the features in the list.</param>
/// <param name="ReaderFeatures">The features a reader must know; null below reader version 3.</param>
/// <param name="WriterFeatures">The features a writer must know; null below writer version 7.</param>
public sealed record DeltaProtocol(
    int MinReaderVersion,
    int MinWriterVersion,
    IReadOnlyList<string>? ReaderFeatures = null,
    IReadOnlyList<string>? WriterFeatures = null)
{
    /// <summary>Gets the protocol of a table without features, which every Delta reader reads.</summary>
    public static DeltaProtocol Plain { get; } = new(1, 2);

    /// <summary>Tells whether readers and writers must both know a feature.</summary>
    /// <param name="feature">The feature's name.</param>
    public bool Has(string feature) => ReaderFeatures?.Contains(feature) is true && WriterFeatures?.Contains(feature) is true;

    /// <summary>Gets the protocol of a table with timestamps without time zone. The features of the plain protocol stay.</summary>
    public static DeltaProtocol WithTimestampNtz { get; } =
        new(3, 7, ["timestampNtz"], ["timestampNtz", "appendOnly", "invariants"]);
}
