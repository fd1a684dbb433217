namespace OrleansBatch.Sinks.Input.Types;

// One of several named values. No file brings one; a table may have been altered to it.
internal sealed record UnionType(IReadOnlyList<StructField> Members) : ColumnType
{
    protected override string Spelling => $"UNION({Listed(Members)})";

    public bool Equals(UnionType? other) => other is not null && Members.SequenceEqual(other.Members);

    public override int GetHashCode() => Spelling.GetHashCode(StringComparison.Ordinal);
}
