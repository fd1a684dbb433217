namespace OrleansBatch.Contracts;

/// <summary>The names of sync types in the database, in SQL and on the command line.</summary>
public static class SyncTypeNames
{
    /// <summary>Gets the name: append, full_refresh, incremental or cdc.</summary>
    /// <param name="syncType">The sync type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sync type is none of the known ones.</exception>
    public static string ToName(this SyncType syncType) => syncType switch
    {
        SyncType.Append => "append",
        SyncType.FullRefresh => "full_refresh",
        SyncType.Incremental => "incremental",
        SyncType.Cdc => "cdc",
        _ => throw new ArgumentOutOfRangeException(nameof(syncType), syncType, "The sync type is unknown."),
    };

    /// <summary>Gets the sync type of a name.</summary>
    /// <param name="name">One of append, full_refresh, incremental and cdc.</param>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public static SyncType Parse(string name) => name switch
    {
        "append" => SyncType.Append,
        "full_refresh" => SyncType.FullRefresh,
        "incremental" => SyncType.Incremental,
        "cdc" => SyncType.Cdc,
        _ => throw new ArgumentException(
            $"The sync type \"{name}\" is unknown: use append, full_refresh, incremental or cdc.", nameof(name)),
    };
}
