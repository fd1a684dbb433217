namespace OrleansBatch.Sinks.Input;

// A column as DuckDB describes it; the type is DuckDB's own spelling and valid in a statement.
internal sealed record TableColumn(string Name, string Type)
{
    // DuckDB compares names without regard to the case of ASCII letters; other letters it tells apart.
    public string Key { get; } = Fold(Name);

    public static string Fold(string name) => string.Create(name.Length, name, static (folded, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            folded[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });
}
