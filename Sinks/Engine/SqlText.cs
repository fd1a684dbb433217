using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansBatch.Sinks.Engine;

// The only way text becomes SQL: an interpolated SqlText takes other SqlText in its holes and nothing else.
// A name or a value that was not quoted does not compile.
internal sealed class SqlText
{
    private readonly string _text;

    private SqlText(string text) => _text = text;

    public static SqlText Of(Builder builder) => new(builder.ToString());

    public static SqlText Identifier(string name) => new($"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    public static SqlText Literal(string value) => new($"'{value.Replace("'", "''", StringComparison.Ordinal)}'");

    public static SqlText Number(long value) => new(value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static SqlText Join(string separator, IEnumerable<SqlText> parts) => new(string.Join(separator, parts));

    // For statements of our own, for the names of types as DuckDB itself spells them, and for a query that a person typed.
    public static SqlText Trusted(string sql) => new(sql);

    [SuppressMessage(
        "Security",
        "CA2100:Review SQL queries for security vulnerabilities",
        Justification = "DuckDB takes no parameters for names, paths and settings; everything spliced in was quoted by this type.")]
    public void SetOn(DbCommand command) => command.CommandText = _text;

    public override string ToString() => _text;

    [InterpolatedStringHandler]
    internal readonly ref struct Builder(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _sql = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string text) => _sql.Append(text);

        public void AppendFormatted(SqlText part) => _sql.Append(part._text);

        public override string ToString() => _sql.ToString();
    }
}
