namespace OrleansBatch.Sinks.DeltaLog.Actions;

/// <summary>How far an application has come, committed with its data.</summary>
/// <param name="AppId">The application.</param>
/// <param name="Version">How far it has come.</param>
/// <param name="LastUpdated">When that was; null never expires.</param>
public sealed record Transaction(string AppId, long Version, DateTimeOffset? LastUpdated = null);
