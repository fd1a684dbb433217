namespace OrleansBatch.Silo.Inspection;

// What a forget is about, before it is asked for.
internal sealed record ForgetPreview(long Groups, long Runs, long OpenRuns, long Entries, IReadOnlyList<ForgetPreview.OfSink> Sinks)
{
    // Destinations: where the sink writes to, as its silos say; empty when they don't.
    internal sealed record OfSink(string Sink, long Groups, bool Forgets, bool IsServed, string Destinations);
}
