using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Tests.Unit.Tenures;

// What becomes of an entry before anybody works on it.
public sealed class EntryRulesTests
{
    private static readonly EntryException _failed = new("failed", "Bad.", false);
    private static readonly EntryException _skipped = new("skipped", "Not wanted.", true);
    private static readonly EntryException _replayed = new("replayed", "Once more.", true);

    [Fact]
    public void Batch_of_a_run_that_goes_on_is_applied_and_its_last_one_ends_it()
    {
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.First(Entry(), Standing(), null));
        Assert.Equal(new EntryVerdict.Work(true, RunEnd.Sealed), EntryRules.First(Entry() with { IsFinal = true }, Standing(), null));
        Assert.Equal(new EntryVerdict.Work(false, RunEnd.Stranded), EntryRules.First(Entry("stranded"), Standing("stranded"), null));
    }

    [Theory]
    [InlineData("batch", "cancelled", true)]
    [InlineData("sealed", "cancelled", true)]
    [InlineData("sealed", "superseded", true)]
    [InlineData("cancelled", "cancelled", false)]
    [InlineData("stranded", "stranded", false)]
    [InlineData("batch", "sealed", false)]
    public void Only_the_marker_that_ended_a_run_is_worked_on_once_it_has_ended(string kind, string state, bool skipped) =>
        Assert.Equal(skipped, EntryRules.First(Entry(kind), Standing(kind) with { RunState = state }, null) is EntryVerdict.Skip);

    [Fact]
    public void Run_from_before_the_sink_leaves_no_trace_but_the_reason()
    {
        var skip = Assert.IsType<EntryVerdict.Skip>(
            EntryRules.First(Entry() with { IsFinal = true }, Standing() with { BeganBeforeSink = true }, null));

        Assert.Equal("The run began before this sink was added.", skip.Why);
        Assert.True(skip is { Counts: false, ByOperator: true });
        Assert.True(
            EntryRules.First(Entry(), Standing() with { BeganBeforeSink = true, RunState = "cancelled" }, null)
                is EntryVerdict.Skip { Counts: false });
    }

    [Fact]
    public void Batch_that_an_operator_skips_ends_its_run_all_the_same()
    {
        Assert.Equal(new EntryVerdict.Skip("Not wanted.", true), EntryRules.First(Entry(), Standing() with { Exception = _skipped }, null));

        var last = Assert.IsType<EntryVerdict.Work>(
            EntryRules.First(Entry() with { IsFinal = true }, Standing() with { Exception = _skipped }, null));
        Assert.Equal(new EntryVerdict.Work(false, RunEnd.Sealed, new EntryVerdict.Skip("Not wanted.", true)), last);
    }

    [Fact]
    public void Batch_that_failed_the_upstreams_run_fails_it_here()
    {
        var fail = Assert.IsType<EntryVerdict.Fail>(EntryRules.First(Entry(), Standing(), Upstream("failed", _failed)));

        Assert.Equal("Upstream sink first: Bad.", fail.Error);
        Assert.IsType<EntryVerdict.Fail>(EntryRules.First(Entry("sealed"), Standing("sealed"), Upstream("failed", null)));
    }

    // The run has failed there by now; what it applied before that is applied here too.
    [Fact]
    public void Batch_that_the_upstream_applied_is_applied_whatever_became_of_its_run_later()
    {
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.First(Entry(), Standing(), Upstream("failed", null)));
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.First(Entry(), Standing(), Upstream("running", _replayed)));
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.First(Entry(), Standing(), Upstream("cancelled", null)));
    }

    [Fact]
    public void Batch_that_the_upstream_skipped_is_skipped_with_its_reason()
    {
        Assert.Equal(
            new EntryVerdict.Skip("Upstream sink first: Not wanted.", true),
            EntryRules.First(Entry(), Standing(), Upstream("running", _skipped)));
        Assert.Equal(
            new EntryVerdict.Work(false, RunEnd.Sealed, new EntryVerdict.Skip("Upstream sink first: Not wanted.", true)),
            EntryRules.First(Entry() with { IsFinal = true }, Standing(), Upstream("succeeded", _skipped)));
        Assert.IsType<EntryVerdict.Fail>(EntryRules.First(Entry(), Standing(), Upstream("failed", _skipped)));
    }

    // A full refresh of which nothing came must not be swapped in.
    [Fact]
    public void Run_that_the_upstream_left_out_is_left_out_here()
    {
        Assert.True(EntryRules.First(Entry("sealed"), Standing("sealed"), Upstream(null, null)) is EntryVerdict.Skip { Counts: false });
        Assert.True(EntryRules.First(Entry(), Standing(), Upstream(null, _skipped)) is EntryVerdict.Skip { Counts: false });
        Assert.True(
            EntryRules.First(Entry() with { IsFinal = true }, Standing(), Upstream(null, _skipped)) is EntryVerdict.Skip { Counts: false });
    }

    [Theory]
    [InlineData("succeeded")]
    [InlineData("cancelled")]
    [InlineData(null)]
    public void Marker_of_a_cancelled_run_ends_it_here_whatever_the_upstream_made_of_it(string? there) =>
        Assert.Equal(
            new EntryVerdict.Work(false, RunEnd.Cancelled),
            EntryRules.First(Entry("cancelled"), Standing("cancelled"), Upstream(there, null)));

    [Fact]
    public void Replay_does_again_what_was_done_and_nothing_else()
    {
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.Again(Entry(), Standing()));
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.Again(Entry(), Standing() with { SinkRunState = "failed" }));
        Assert.Equal(new EntryVerdict.Work(true, null), EntryRules.Again(Entry(), Standing() with { Exception = _replayed }));
        Assert.Equal(
            new EntryVerdict.Work(false, RunEnd.Failed),
            EntryRules.Again(Entry(), Standing() with { Exception = _failed, SinkRunState = "failed" }));
        Assert.Equal(new EntryVerdict.Work(false, null), EntryRules.Again(Entry(), Standing() with { Exception = _skipped }));
        Assert.Equal(
            new EntryVerdict.Work(false, RunEnd.Sealed),
            EntryRules.Again(Entry() with { IsFinal = true }, Standing() with { Exception = _skipped, SinkRunState = "succeeded" }));
    }

    [Theory]
    [InlineData("sealed", "succeeded", RunEnd.Sealed)]
    [InlineData("sealed", "failed", RunEnd.Failed)]
    [InlineData("sealed", "cancelled", null)]
    [InlineData("sealed", null, null)]
    [InlineData("cancelled", "cancelled", RunEnd.Cancelled)]
    [InlineData("cancelled", "succeeded", null)]
    public void Replayed_end_is_told_as_it_was(string kind, string? state, RunEnd? told) =>
        Assert.Equal(told, EntryRules.Again(Entry(kind), Standing(kind) with { SinkRunState = state }).End);

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

    private static EntryStanding Standing(string kind = "batch") => new(
        RunState: kind is "batch" or "sealed" ? "open" : kind, SinkRunState: null, Exception: null, BeganBeforeSink: false,
        HasUpstream: true);

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
    };
}
