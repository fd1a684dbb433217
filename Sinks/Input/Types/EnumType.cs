using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// A text out of a fixed set. No file brings such a type, but a table may have been altered to it.
internal sealed record EnumType(IReadOnlyList<string> Values) : ColumnType
{
    protected override string Spelling => $"ENUM({string.Join(", ", Values.Select(SqlText.Literal))})";

    public bool Equals(EnumType? other) => other is not null && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => Spelling.GetHashCode(StringComparison.Ordinal);
}
