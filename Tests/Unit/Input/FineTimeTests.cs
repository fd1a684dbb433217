using OrleansBatch.Sinks.Input.Values;
using OrleansBatch.Tests.Support;
using OrleansBatch.Tests.Unit.DuckDb;

using ParquetSharp;
using ParquetSharp.Schema;

namespace OrleansBatch.Tests.Unit.Input;

public sealed class FineTimeTests : IDisposable
{
    private const long Second = 1_704_103_200;
    private const long Whole = (Second * 1_000_000_000) + 123_456_000;
    private const long Fine = (Second * 1_000_000_000) + 123_456_789;
    private const int DayOf2024 = 2_460_311;
    private const long TenOClock = 36_000_123_456_789;

    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Nanoseconds_without_digits_below_the_microsecond_load()
    {
        await _fixture.ApplyAsync(_fixture.Batch(1, Timestamps(Whole, 0, -1000)));

        Assert.Equal("1704103200123456 0 -1", await _fixture.RowsAsync("SELECT epoch_us(v) FROM flights ORDER BY id"));
    }

    [Fact]
    public async Task A_timestamp_with_nanoseconds_is_refused_with_its_value() => await _fixture.RefusedAsync(
        Timestamps(Whole, Fine), "column v has 2024-01-01 10:00:00.123456789 UTC", inspect: false);

    [Fact]
    public async Task A_time_of_day_with_nanoseconds_is_refused_with_its_value()
    {
        var path = _fixture.Parquet.Write(
            "time.parquet",
            [SchemaFile.Leaf("v", PhysicalType.Int64, LogicalType.Time(true, TimeUnit.Nanos))],
            group => group.Put(TenOClock));

        await _fixture.RefusedAsync(path, "column v has 10:00:00.123456789 UTC", inspect: false);
    }

    [Fact]
    public async Task A_timestamp_of_96_bits_with_nanoseconds_is_refused_with_its_value() => await _fixture.RefusedAsync(
        Int96s(Int96Of(DayOf2024, TenOClock)), "column v has 2024-01-01 10:00:00.123456789 UTC", inspect: false);

    [Theory]
    [InlineData(LossRule.Refuse)]
    [InlineData(LossRule.Round)]
    public async Task A_timestamp_of_96_bits_beyond_the_range_is_always_refused(LossRule rule)
    {
        var batch = _fixture.Batch(1, Int96s(Int96Of(int.MaxValue, 0))) with { Lossy = rule };

        var error = await _fixture.RefusedAsync(batch);

        Assert.Contains("which is beyond what a timestamp in microseconds can hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timestamps_of_96_bits_from_year_1_to_9999_load()
    {
        await _fixture.ApplyAsync(_fixture.Batch(1, Int96s(Int96Of(1_721_426, 0), Int96Of(5_373_484, 86_399_999_999_000))));

        Assert.Equal(
            "0001-01-01 00:00:00 9999-12-31 23:59:59.999999", await _fixture.RowsAsync("SELECT v::VARCHAR FROM flights ORDER BY v"));
    }

    [Fact]
    public async Task Nanoseconds_inside_of_a_list_are_refused()
    {
        var leaf = SchemaFile.Leaf("element", PhysicalType.Int64, LogicalType.Timestamp(true, TimeUnit.Nanos), Repetition.Optional);
        var list = new GroupNode("v", Repetition.Optional, [new GroupNode("list", Repetition.Repeated, [leaf])], LogicalType.List());
        var path = _fixture.Parquet.Write("list.parquet", [list], group => group.Put<long>([3, 2, 3, 0], [0, 1, 1, 0], Whole, Fine));

        await _fixture.RefusedAsync(path, "column v.list.element has 2024-01-01 10:00:00.123456789 UTC", inspect: false);
    }

    [Fact]
    public async Task A_run_that_accepts_the_loss_is_told_how_many_values_were_rounded()
    {
        var batch = _fixture.Batch(1, Timestamps(Whole, Fine, Fine + 1, Whole)) with { Lossy = LossRule.Round };

        var result = await _fixture.Sink.ApplyAsync(TestBatch.Call(batch), TestContext.Current.CancellationToken);

        Assert.Equal((4L, 2L), (result.RowsApplied, result.ValuesRounded));
    }

    [Fact]
    public async Task A_primary_key_is_never_rounded()
    {
        var batch = _fixture.Batch(1, Timestamps(Fine), SyncType.Incremental, "V") with { Lossy = LossRule.Round };

        var error = await _fixture.RefusedAsync(batch);

        Assert.Contains("a primary key is never rounded", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Timestamps_inside_of_a_variant_are_found()
    {
        // {"a": [<1 ns after 1970>]}: an object of one field, whose value is an array of one timestamp.
        byte[] timestamp = [18 << 2, 1, 0, 0, 0, 0, 0, 0, 0];
        byte[] array = [3, 1, 0, 9, .. timestamp];
        byte[] value = [2, 1, 0, 0, (byte)array.Length, .. array];

        Assert.Equal("1970-01-01 00:00:00.000000001", $"{Assert.Single(VariantTimes.In(value))}");
    }

    // Twelve arrays, one in the other, each of a hundred values that all are the same one.
    [Fact]
    public void A_variant_that_refers_to_one_value_again_and_again_ends()
    {
        const int Copies = 100;
        byte[] value = [18 << 2, 1, 0, 0, 0, 0, 0, 0, 0];
        for (var level = 0; level < 12; level++)
        {
            value = [3, Copies, .. new byte[Copies + 1], .. value];
        }

        Assert.InRange(VariantTimes.In(value).Count, 1, value.Length);
    }

    private static Int96 Int96Of(int day, long nanoseconds) => new((int)(uint)(nanoseconds & 0xFFFF_FFFF), (int)(nanoseconds >> 32), day);

    private string Timestamps(params long[] values) => _fixture.Parquet.Write(
        "timestamps.parquet",
        [SchemaFile.Leaf("id", PhysicalType.Int32), SchemaFile.Leaf("v", PhysicalType.Int64, LogicalType.Timestamp(true, TimeUnit.Nanos))],
        group =>
        {
            group.Put(Enumerable.Range(0, values.Length).ToArray());
            group.Put(values);
        });

    private string Int96s(params Int96[] values) =>
        _fixture.Parquet.Write("int96.parquet", [SchemaFile.Leaf("v", PhysicalType.Int96)], group => group.Put(values));
}
