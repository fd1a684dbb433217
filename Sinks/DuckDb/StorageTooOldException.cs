namespace OrleansBatch.Sinks.DuckDb;

// Says that a file's format can't hold a type, so that the file is opened again in a newer one. The exception never leaves the sink.
internal sealed class StorageTooOldException() : Exception("The file's format is too old for a column.");
