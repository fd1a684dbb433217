namespace OrleansBatch.Grains.Sessions;

/// <summary>Says which database a silo's engine works on.</summary>
/// <param name="ConnectionString">An Npgsql connection string without an application name; the engine adds its own settings per role.</param>
public sealed record EngineConnection(string ConnectionString);
