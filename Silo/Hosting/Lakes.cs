using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Hosting;

/// <summary>The lakes of one silo, by sink. A sink that is not served, or whose lake is not known here, has none.</summary>
internal sealed record Lakes
{
    private const string Remote = "s3://";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Gets the absolute directory of the duckdb sink, links followed.</summary>
    public string? DuckDb { get; init; }

    /// <summary>Gets the lake of the delta sink: an absolute directory with links followed, or s3://bucket/prefix.</summary>
    public string? Delta { get; init; }

    /// <summary>Tells whether a lake is in a bucket. Such a lake has no path on any host.</summary>
    public static bool IsRemote(string lake) => lake.StartsWith(Remote, StringComparison.OrdinalIgnoreCase);

    /// <summary>Gives one spelling to a lake that people may spell in several ways.</summary>
    public static string Spell(string lake) => IsRemote(lake) ? Remote + lake[Remote.Length..].TrimEnd('/') : RealPath.Of(lake);

    /// <summary>Reads what <see cref="ToString"/> gave, or a single directory of the duckdb sink.</summary>
    public static Lakes Parse(string text) =>
        text.StartsWith('{') ? JsonSerializer.Deserialize<Lakes>(text, _json)! : new Lakes { DuckDb = text };

    /// <summary>Gives the lake of a sink, or null.</summary>
    public string? Of(string sink) => sink switch
    {
        BuiltInSinks.DuckDb => DuckDb,
        BuiltInSinks.Delta => Delta,
        _ => null,
    };

    /// <summary>Writes the lakes as one text, for the record of loads.</summary>
    public override string ToString() => Delta is null && DuckDb is not null ? DuckDb : JsonSerializer.Serialize(this, _json);
}
