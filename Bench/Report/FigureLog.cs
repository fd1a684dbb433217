using System.Text.Json;

namespace OrleansBatch.Bench.Report;

// Each figure is written as a JSON line as soon as it is known, so that a broken-off run keeps its figures.
internal sealed class FigureLog(TextWriter lines)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Figure> _all = [];

    public IReadOnlyList<Figure> All => _all;

    public async Task AddAsync(Figure figure)
    {
        _all.Add(figure);
        await WriteAsync(figure);
    }

    public async Task WriteAsync<T>(T line)
    {
        await lines.WriteLineAsync(JsonSerializer.Serialize(line, _json));
        await lines.FlushAsync();
    }
}
