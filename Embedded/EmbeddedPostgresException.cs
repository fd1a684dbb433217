namespace OrleansBatch.Embedded;

/// <summary>Says in one sentence why the private Postgres can't run here and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">The error behind it; null when there is none.</param>
public sealed class EmbeddedPostgresException(string message, Exception? innerException = null) : Exception(message, innerException);
