using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Silo.Hosting;

/// <summary>The environment's lakes, for verbs that need them without a silo.</summary>
internal static class LakeSettings
{
    /// <summary>The name of the duckdb sink's configuration section.</summary>
    public const string DuckDbSection = "OrleansBatch:DuckDb";

    /// <summary>The name of the delta sink's configuration section.</summary>
    public const string DeltaSection = "OrleansBatch:Delta";

    /// <summary>Gets the lake of a sink when nobody names another.</summary>
    public static string Default(string sink) =>
        sink == BuiltInSinks.Delta ? new DeltaSinkOptions().Lake : new DuckDbSinkOptions().LakeDirectory;

    /// <summary>Gets the lake that the environment names for a sink, or null.</summary>
    public static string? Of(string sink) => new ConfigurationBuilder().AddEnvironmentVariables().Build()[
        sink == BuiltInSinks.Delta
            ? $"{DeltaSection}:{nameof(DeltaSinkOptions.Lake)}"
            : $"{DuckDbSection}:{nameof(DuckDbSinkOptions.LakeDirectory)}"];
}
