using OrleansBatch.Grains.Groups;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Engine;

// The rules for an entry before anybody works on it.
public sealed class EntryRulesTests
{
    private static readonly EntryException _failed = new("failed", "Bad.", false);
    private static readonly EntryException _skipped = new("skipped", "Not wanted.", true);
    private static readonly EntryException _replayed = new("replayed", "Once more.", true);

    [Fact]
    public void Batch_of_a_run_that_goes_on_is_applied_and_its_last_one_ends_it()
    {
        Assert.Equal(new Verdict.Work(true, null), EntryRules.First(Entry(), null));
        Assert.Equal(new Verdict.Work(true, RunEnd.Sealed), EntryRules.First(Entry() with { IsFinal = true }, null));
        Assert.Equal(new Verdict.Work(false, RunEnd.Stranded), EntryRules.First(Entry("stranded"), null));
    }

    [Theory]
    [InlineData("batch", "cancelled", true)]
    [InlineData("sealed", "cancelled", true)]
    [InlineData("sealed", "superseded", true)]
    [InlineData("cancelled", "cancelled", false)]
    [InlineData("stranded", "stranded", false)]
    [InlineData("batch", "sealed", false)]
    public void Only_the_marker_that_ended_a_run_is_worked_on_once_it_has_ended(string kind, string state, bool skipped) =>
        Assert.Equal(skipped, EntryRules.First(Entry(kind) with { RunState = state }, null) is Verdict.Skip);

    [Fact]
    public void Run_from_before_the_sink_leaves_no_trace_but_the_reason()
    {
        var skip = Assert.IsType<Verdict.Skip>(EntryRules.First(Entry() with { BeganBeforeSink = true, IsFinal = true }, null));

        Assert.Equal("The run began before this sink was added.", skip.Why);
        Assert.True(skip is { Counts: false, ByOperator: true });
        Assert.True(EntryRules.First(Entry() with { BeganBeforeSink = true, RunState = "cancelled" }, null) is Verdict.Skip { Counts: false });
    }

    [Fact]
    public void Batch_that_an_operator_skips_ends_its_run_all_the_same()
    {
        Assert.Equal(new Verdict.Skip("Not wanted.", true), EntryRules.First(Entry() with { Exception = _skipped }, null));

        var last = Assert.IsType<Verdict.Work>(EntryRules.First(Entry() with { Exception = _skipped, IsFinal = true }, null));
        Assert.Equal(new Verdict.Work(false, RunEnd.Sealed, new Verdict.Skip("Not wanted.", true)), last);
    }

    [Fact]
    public void Batch_that_failed_the_upstreams_run_fails_it_here()
    {
        var fail = Assert.IsType<Verdict.Fail>(EntryRules.First(Entry(), Upstream("failed", _failed)));

        Assert.Equal("Upstream sink first: Bad.", fail.Error);
        Assert.IsType<Verdict.Fail>(EntryRules.First(Entry("sealed"), Upstream("failed", null)));
    }

    // The run has failed in the upstream by now. Batches that the upstream applied before are applied here, too.
    [Fact]
    public void Batch_that_the_upstream_applied_is_applied_whatever_became_of_its_run_later()
    {
        Assert.Equal(new Verdict.Work(true, null), EntryRules.First(Entry(), Upstream("failed", null)));
        Assert.Equal(new Verdict.Work(true, null), EntryRules.First(Entry(), Upstream("running", _replayed)));
        Assert.Equal(new Verdict.Work(true, null), EntryRules.First(Entry(), Upstream("cancelled", null)));
    }

    [Fact]
    public void Batch_that_the_upstream_skipped_is_skipped_with_its_reason()
    {
        Assert.Equal(
            new Verdict.Skip("Upstream sink first: Not wanted.", true), EntryRules.First(Entry(), Upstream("running", _skipped)));
        Assert.Equal(
            new Verdict.Work(false, RunEnd.Sealed, new Verdict.Skip("Upstream sink first: Not wanted.", true)),
            EntryRules.First(Entry() with { IsFinal = true }, Upstream("succeeded", _skipped)));
        Assert.IsType<Verdict.Fail>(EntryRules.First(Entry(), Upstream("failed", _skipped)));
    }

    // A full refresh without any batch must not be swapped in.
    [Fact]
    public void Run_that_the_upstream_left_out_is_left_out_here()
    {
        Assert.True(EntryRules.First(Entry("sealed"), Upstream(null, null)) is Verdict.Skip { Counts: false });
        Assert.True(EntryRules.First(Entry(), Upstream(null, _skipped)) is Verdict.Skip { Counts: false });
        Assert.True(EntryRules.First(Entry() with { IsFinal = true }, Upstream(null, _skipped)) is Verdict.Skip { Counts: false });
    }

    [Theory]
    [InlineData("succeeded")]
    [InlineData("cancelled")]
    [InlineData(null)]
    public void Marker_of_a_cancelled_run_ends_it_here_whatever_the_upstream_made_of_it(string? there) =>
        Assert.Equal(new Verdict.Work(false, RunEnd.Cancelled), EntryRules.First(Entry("cancelled"), Upstream(there, null)));

    [Fact]
    public void Replay_does_again_what_was_done_and_nothing_else()
    {
        Assert.Equal(new Verdict.Work(true, null), EntryRules.Again(Entry()));
        Assert.Equal(new Verdict.Work(true, null), EntryRules.Again(Entry() with { SinkRunState = "failed" }));
        Assert.Equal(new Verdict.Work(true, null), EntryRules.Again(Entry() with { Exception = _replayed }));
        Assert.Equal(
            new Verdict.Work(false, RunEnd.Failed), EntryRules.Again(Entry() with { Exception = _failed, SinkRunState = "failed" }));
        Assert.Equal(new Verdict.Work(false, null), EntryRules.Again(Entry() with { Exception = _skipped }));
        Assert.Equal(
            new Verdict.Work(false, RunEnd.Sealed),
            EntryRules.Again(Entry() with { Exception = _skipped, IsFinal = true, SinkRunState = "succeeded" }));
    }

    [Theory]
    [InlineData("sealed", "succeeded", RunEnd.Sealed)]
    [InlineData("sealed", "failed", RunEnd.Failed)]
    [InlineData("sealed", "cancelled", null)]
    [InlineData("sealed", null, null)]
    [InlineData("cancelled", "cancelled", RunEnd.Cancelled)]
    [InlineData("cancelled", "succeeded", null)]
    public void Replayed_end_is_told_as_it_was(string kind, string? state, RunEnd? told) =>
        Assert.Equal(told, EntryRules.Again(Entry(kind) with { SinkRunState = state }).End);

    [Fact]
    public void Replays_origin_is_the_same_for_a_request_and_another_for_the_next()
    {
        var run = Guid.NewGuid();

        Assert.Equal(ReplayOrigin.Of(run, 1), ReplayOrigin.Of(run, 1));
        Assert.NotEqual(ReplayOrigin.Of(run, 1), ReplayOrigin.Of(run, 2));
        Assert.NotEqual(ReplayOrigin.Of(run, 1), ReplayOrigin.Of(Guid.NewGuid(), 1));
        Assert.NotEqual(run, ReplayOrigin.Of(run, 1));
    }

    private static UpstreamOutcome Upstream(string? runState, EntryException? exception) => new("first", exception, runState, "Bad.");

    private static LogEntry Entry(string kind = "batch") => new()
    {
        Seq = 3,
        Kind = kind,
        CreatedAt = default,
        RunId = Guid.NewGuid(),
        BatchIndex = 2,
        OriginRunId = Guid.NewGuid(),
        OriginIndex = 2,
        Path = "x",
        RowCount = 1,
        ByteSize = 1,
        IsFinal = false,
        Metadata = "{}",
        SyncType = SyncType.Append,
        PrimaryKeys = [],
        BlocksOnFailure = false,
        NullKeys = NullKeyRule.Refuse,
        Lossy = LossRule.Refuse,
        RunState = kind is "batch" or "sealed" ? "open" : kind,
        SinkRunState = null,
        Exception = null,
        BeganBeforeSink = false,
        HasUpstream = true,
    };
}
