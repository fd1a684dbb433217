using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBatch.Silo.Commands;

// Scripts read the same form from every verb: snake case, as the columns of the views.
internal static class JsonOutput
{
    public static readonly Option<bool> Option = new("--json") { Description = "Print JSON, for scripts." };

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(Option);

    public static void Write<T>(T value) => Console.WriteLine(Text(value));

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, _options);
}
