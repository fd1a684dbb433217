namespace OrleansBatch.Sinks.DeltaLog.Actions;

// A file that holds a part of a checkpoint's adds and removes.
internal sealed record Sidecar(string Uri);
