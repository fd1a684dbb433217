namespace OrleansBatch.Grains.Tenures;

/// <summary>What the sink that this one follows made of an entry.</summary>
/// <param name="Sink">The upstream's name.</param>
/// <param name="Exception">What is on record of the batch there, or null.</param>
/// <param name="RunState">What became of the run there so far, or null.</param>
/// <param name="FirstError">The error that failed the run there, or null.</param>
internal sealed record UpstreamOutcome(string Sink, EntryException? Exception, string? RunState, string? FirstError)
{
    public static UpstreamOutcome Read(Row r) => new(
        r.Get<string>("sink"), EntryException.Read(r), r.NullOr<string>("run_state"), r.NullOr<string>("first_error"));
}
