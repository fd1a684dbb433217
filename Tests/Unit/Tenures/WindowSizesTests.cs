using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Tests.Unit.Tenures;

public sealed class WindowSizesTests
{
    private const short Sink = 1;

    private readonly WindowSizes _sizes = new();

    [Fact]
    public void Full_quick_windows_double_up_to_64()
    {
        Assert.Equal(1, _sizes.Of(Sink));
        Assert.Equal(64, Grow());
        Learn(64, 64);
        Assert.Equal(64, _sizes.Of(Sink));
    }

    [Fact]
    public void A_slow_window_is_as_large_as_what_it_has_finished_and_never_below_two()
    {
        Grow();

        Assert.Equal(9, Learn(64, 9, quick: false));
        Assert.Equal(2, Learn(9, 1, quick: false));
    }

    [Fact]
    public void A_size_that_a_slow_window_has_left_grows_to_64_and_no_further()
    {
        Grow();
        Learn(64, 37, quick: false);

        Assert.Equal(64, Learn(37, 37));
    }

    [Fact]
    public void A_slow_window_that_was_all_there_was_changes_nothing()
    {
        Grow();

        Assert.Equal(64, Learn(1, 1, quick: false));
        Assert.Equal(64, Learn(3, 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failure_has_it_begin_again_also_when_its_batches_went_one_by_one(bool apart)
    {
        Grow();

        _sizes.Learn(Sink, 64, 64, new WindowResult(Done(5), apart ? null : new InvalidOperationException(), Quick: true, apart));

        Assert.Equal(1, _sizes.Of(Sink));
    }

    [Fact]
    public void A_sink_that_wants_larger_windows_gets_them_up_to_its_largest()
    {
        Grow();

        Assert.Equal(128, Learn(64, 64, largest: 200));
        Assert.Equal(200, Learn(128, 128, largest: 200));
        Assert.Equal(200, Learn(200, 200, largest: 200));
    }

    private int Grow()
    {
        for (var size = 1; size < 64; size *= 2)
        {
            Learn(size, size);
        }

        return _sizes.Of(Sink);
    }

    private static BatchResult[] Done(int batches) => [.. Enumerable.Repeat(BatchResult.NotCounted, batches)];

    private int Learn(int claimed, int finished, bool quick = true, int largest = 64)
    {
        _sizes.Learn(Sink, claimed, largest, new WindowResult(Done(finished), null, quick));
        return _sizes.Of(Sink);
    }
}
