using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input.Types;

// The type of a column or of a part of one, spelled as DuckDB spells it, to be valid in a statement.
internal abstract record ColumnType
{
    public SqlText Sql => SqlText.Trusted(Spelling);

    protected abstract string Spelling { get; }

    // Takes every spelling that DESCRIBE gives. An unknown type becomes an OtherType.
    public static ColumnType Parse(string spelling) => TypeParser.Parse(spelling);

    public sealed override string ToString() => Spelling;

    protected static string Quoted(string name) => SqlText.Identifier(name).ToString();

    protected static string Listed(IEnumerable<StructField> fields) =>
        string.Join(", ", fields.Select(f => $"{Quoted(f.Name)} {f.Type}"));
}
