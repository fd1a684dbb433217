using System.Globalization;

namespace OrleansBatch.Sinks.Input.Types;

// Reads a type as DuckDB writes it.
internal sealed class TypeParser
{
    private readonly List<TypeToken> _tokens;
    private int _at;

    private TypeParser(string spelling) => _tokens = TypeToken.Split(spelling);

    private TypeToken Now => _tokens[_at];

    public static ColumnType Parse(string spelling)
    {
        try
        {
            var parser = new TypeParser(spelling);
            var type = parser.Type();
            return parser.Now.Kind == TypeTokenKind.End ? type : new OtherType(spelling);
        }
        catch (FormatException)
        {
            return new OtherType(spelling);
        }
    }

    private ColumnType Type()
    {
        var type = Base();
        while (Take("["))
        {
            type = Now.Kind == TypeTokenKind.Word ? new ArrayType(type, Number()) : new ListType(type);
            Require("]");
        }

        return type;
    }

    private ColumnType Base()
    {
        var token = Next();
        if (token is { Kind: TypeTokenKind.Name, Text: "NULL" })
        {
            return new NullType();
        }

        if (token.Kind != TypeTokenKind.Word)
        {
            throw new FormatException($"{token.Text} begins no type.");
        }

        return token.Text.ToUpperInvariant() switch
        {
            "STRUCT" => new StructType(InParentheses(Field)),
            "UNION" => new UnionType(InParentheses(Field)),
            "ENUM" => new EnumType(InParentheses(Text)),
            "MAP" => Map(),
            "DECIMAL" => Decimal(),
            "GEOMETRY" => new GeometryType(IsMark("(") ? InParentheses(Text).Single() : null),
            _ => Simple(token.Text),
        };
    }

    private SimpleType Simple(string name)
    {
        while (Now.Kind == TypeTokenKind.Word)
        {
            name += " " + Next().Text;
        }

        return SimpleType.Find(name) ?? throw new FormatException($"{name} is no known type.");
    }

    private MapType Map() => InParentheses(Type) is [var key, var value]
        ? new MapType(key, value)
        : throw new FormatException("A map has a key and a value.");

    private DecimalType Decimal() => InParentheses(Number) is [var precision, var scale]
        ? new DecimalType(precision, scale)
        : throw new FormatException("A decimal has a precision and a scale.");

    private StructField Field()
    {
        var name = Next();
        return name.Kind is TypeTokenKind.Word or TypeTokenKind.Name
            ? new StructField(name.Text, Type())
            : throw new FormatException($"{name.Text} is no field's name.");
    }

    private string Text() => Now.Kind == TypeTokenKind.Text ? Next().Text : throw new FormatException($"{Now.Text} is no text.");

    private int Number() => int.TryParse(Next().Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException("A number is missing.");

    private List<T> InParentheses<T>(Func<T> read)
    {
        Require("(");
        var items = new List<T>();
        do
        {
            items.Add(read());
        }
        while (Take(","));

        Require(")");
        return items;
    }

    private TypeToken Next() => Now.Kind == TypeTokenKind.End ? throw new FormatException("The type ends too early.") : _tokens[_at++];

    private bool IsMark(string mark) => Now.Kind == TypeTokenKind.Mark && Now.Text == mark;

    private bool Take(string mark)
    {
        var taken = IsMark(mark);
        _at += taken ? 1 : 0;
        return taken;
    }

    private void Require(string mark)
    {
        if (!Take(mark))
        {
            throw new FormatException($"{mark} is missing before {Now.Text}.");
        }
    }
}
