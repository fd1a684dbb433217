namespace OrleansBatch.Silo.Loading;

// How far a run is in one sink, and what keeps its group waiting.
internal sealed record RunProgress(
    string Sink, string State, long Applied, long Skipped, long? Rows, string? FirstError, string GroupState, string? WaitsFor,
    double Seconds)
{
    public bool IsEnded => State is not ("waiting" or "running");
}
