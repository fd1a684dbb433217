using System.Globalization;

using OrleansBatch.Sinks.Delta.Upkeep;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class SmallFilesTests
{
    private const long Megabyte = 1024 * 1024;

    private readonly SmallFiles _small = new(many: 4);

    [Fact]
    public void Files_of_one_size_are_merged_when_they_are_many_the_smallest_first() => Assert.Equal(
        "f0 f1 f2 f3", Names(_small.PickMany(Files(10_000, 11_000, 9_000, 8_000, 300_000, 300_000, 300_000, 300_000), 64 * Megabyte)));

    [Fact]
    public void Files_of_several_sizes_wait_until_they_are_many() =>
        Assert.Empty(_small.PickMany(Files(10_000, 11_000, 9_000, 300_000, 300_000, 300_000, 40 * Megabyte), 64 * Megabyte));

    [Fact]
    public void Files_of_more_than_half_the_largest_size_stay() =>
        Assert.Empty(SmallFiles.PickAny(Files(40 * Megabyte, 33 * Megabyte, 10), 64 * Megabyte));

    [Fact]
    public void What_is_merged_at_once_fits_into_the_largest_file() => Assert.Equal(
        "f0 f1 f2", Names(SmallFiles.PickAny(Files(20 * Megabyte, 20 * Megabyte, 20 * Megabyte, 20 * Megabyte), 64 * Megabyte)));

    // 20,000 files of 100 KB: what is written anew is a few times what came, and the table has few files.
    [Fact]
    public void A_row_is_written_anew_few_times()
    {
        var files = new List<AddFile>();
        var (came, written) = (0L, 0L);
        for (var i = 0; i < 20_000; i++)
        {
            files.Add(File(i, 100_000));
            came += 100_000;
            for (var some = new SmallFiles(32).PickMany(files, 128 * Megabyte); some.Count > 0;
                some = new SmallFiles(32).PickMany(files, 128 * Megabyte))
            {
                files.RemoveAll(some.Contains);
                files.Add(File(i, some.Sum(f => f.Size)));
                written += files[^1].Size;
            }
        }

        Assert.InRange(written, came, 3 * came);
        Assert.InRange(files.Count, 1, 120);
    }

    private static List<AddFile> Files(params long[] sizes) => [.. sizes.Select((s, i) => File(i, s))];

    private static AddFile File(int number, long size) => new()
    {
        Path = string.Create(CultureInfo.InvariantCulture, $"f{number}"),
        Size = size,
        ModificationTime = DateTimeOffset.UnixEpoch.AddSeconds(number),
    };

    private static string Names(IEnumerable<AddFile> files) => string.Join(' ', files.Select(f => f.Path));
}
