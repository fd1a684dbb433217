namespace OrleansBatch.Silo.Loading;

// The progress of a run in one sink, and the reason why its group waits.
internal sealed record RunProgress(
    string Sink, string State, long Applied, long Skipped, long? Rows, string? FirstError, string GroupState, string? WaitsFor,
    double Seconds)
{
    public bool IsEnded => State is not ("waiting" or "running");
}
