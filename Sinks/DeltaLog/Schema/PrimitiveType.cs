namespace OrleansBatch.Sinks.DeltaLog.Schema;

/// <summary>A type without parts, such as long, string or timestamp_ntz. Types unknown to this library keep their names.</summary>
/// <param name="Name">The name as the protocol writes it.</param>
public sealed record PrimitiveType(string Name) : DeltaType
{
    private static readonly string[] _known =
    [
        "string", "long", "integer", "short", "byte", "float", "double", "boolean", "binary", "date", "timestamp", "timestamp_ntz",
    ];

    /// <summary>Gets whether the protocol's plain tables may have the type. A timestamp_ntz also needs its table feature.</summary>
    public bool IsKnown => _known.Contains(Name);
}
