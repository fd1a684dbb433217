namespace OrleansBatch.Grains.Tenures;

/// <summary>
/// How an entry stands in the sink when it is fetched. A window needs none of this: only entries of runs that go on, with nothing on
/// record, are claimed together.
/// </summary>
/// <param name="RunState">The state of the run: open, sealed, cancelled, superseded or stranded.</param>
/// <param name="SinkRunState">The run's state in the sink, or null before its first batch.</param>
/// <param name="Exception">What is on record of the batch in the sink because it did, or shall, not simply succeed.</param>
/// <param name="BeganBeforeSink">Whether the run is older than the sink, which starts at the tail.</param>
/// <param name="HasUpstream">Whether another sink has passed the entry first.</param>
internal sealed record EntryStanding(
    string RunState, string? SinkRunState, EntryException? Exception, bool BeganBeforeSink, bool HasUpstream)
{
    public static EntryStanding Read(Row r) => new(
        r.Get<string>("run_state"), r.NullOr<string>("sink_run_state"), EntryException.Read(r), r.Get<bool>("began_before_sink"),
        r.Get<bool>("has_upstream"));
}
