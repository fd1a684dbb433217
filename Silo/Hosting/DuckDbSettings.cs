using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Silo.Hosting;

/// <summary>The environment's settings of the duckdb sink, for verbs that need them without a silo.</summary>
internal static class DuckDbSettings
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "OrleansBatch:DuckDb";

    /// <summary>The lake's directory when nobody names another.</summary>
    public static string DefaultLake => new DuckDbSinkOptions().LakeDirectory;

    /// <summary>Gets the lake's directory that the environment names, or null.</summary>
    public static string? Lake() =>
        new ConfigurationBuilder().AddEnvironmentVariables().Build()[$"{Section}:{nameof(DuckDbSinkOptions.LakeDirectory)}"];
}
