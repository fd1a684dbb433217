namespace OrleansBatch.Silo.Loading;

// The outcome of a run in every sink that it was for.
internal sealed record RunOutcome(LoadedRun Run, IReadOnlyList<RunProgress> Sinks)
{
    public bool Succeeded => Sinks.Count > 0 && Sinks.All(s => s.State == "succeeded");
}
