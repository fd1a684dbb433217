using Npgsql;

namespace OrleansBatch.Grains.Sessions;

/// <summary>Says which database a silo's engine works on.</summary>
/// <param name="ConnectionString">
/// An Npgsql connection string without an application name; the engine adds its own settings per role.
/// </param>
public sealed record EngineConnection(string ConnectionString)
{
    /// <summary>Gets the Unix socket among the hosts, or null: Npgsql takes a rooted path, or a name that begins with @, for one.</summary>
    internal string? UnixSocket =>
        new NpgsqlConnectionStringBuilder(ConnectionString).Host?.Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(host => host.StartsWith('@') || Path.IsPathRooted(host));
}
