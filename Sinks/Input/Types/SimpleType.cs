namespace OrleansBatch.Sinks.Input.Types;

internal sealed record SimpleType(SimpleKind Kind) : ColumnType
{
    private static readonly Dictionary<SimpleKind, string> _spellings =
        Enum.GetValues<SimpleKind>().ToDictionary(kind => kind, Spell);

    private static readonly Dictionary<string, SimpleKind> _kinds =
        _spellings.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    protected override string Spelling => _spellings[Kind];

    public static SimpleType? Find(string spelling) => _kinds.TryGetValue(spelling, out var kind) ? new SimpleType(kind) : null;

    private static string Spell(SimpleKind kind) => kind switch
    {
        SimpleKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        SimpleKind.TimeTz => "TIME WITH TIME ZONE",
        SimpleKind.TimestampSeconds => "TIMESTAMP_S",
        SimpleKind.TimestampMillis => "TIMESTAMP_MS",
        SimpleKind.TimestampNanos => "TIMESTAMP_NS",
        SimpleKind.TimeNanos => "TIME_NS",
        _ => kind.ToString().ToUpperInvariant(),
    };
}
