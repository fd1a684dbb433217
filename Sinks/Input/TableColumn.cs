using OrleansBatch.Sinks.Input.Types;

namespace OrleansBatch.Sinks.Input;

internal sealed record TableColumn(string Name, ColumnType Type)
{
    // DuckDB compares names without regard to the case of ASCII letters. Other letters it tells apart.
    public string Key { get; } = Fold(Name);

    public static string Fold(string name) => string.Create(name.Length, name, static (folded, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            folded[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });
}
