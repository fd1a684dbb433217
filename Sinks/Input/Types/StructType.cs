namespace OrleansBatch.Sinks.Input.Types;

internal sealed record StructType(IReadOnlyList<StructField> Fields) : ColumnType
{
    protected override string Spelling => $"STRUCT({Listed(Fields)})";

    public StructField? Find(string key) => Fields.FirstOrDefault(f => f.Key == key);

    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => Spelling.GetHashCode(StringComparison.Ordinal);
}
