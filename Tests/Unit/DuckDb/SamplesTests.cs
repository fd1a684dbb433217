using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class SamplesTests
{
    private static readonly string _samples = Path.Combine(Repository.Root, "samples");

    [Fact]
    public void Every_group_has_the_rows_that_the_readme_names()
    {
        var readme = File.ReadAllText(Path.Combine(_samples, "README.md"));

        var groups = Directory.GetDirectories(_samples).SelectMany(Directory.GetDirectories).ToList();

        Assert.Equal(8, groups.Count);
        Assert.All(groups, group =>
        {
            var files = Directory.GetFiles(group).Select(ParquetFile.Inspect).ToList();
            Assert.Equal(8, files.Count);
            Assert.All(files, file => Assert.Equal(5, file.Columns));
            var line = readme.Split('\n').Single(l => l.Contains($"{Path.GetRelativePath(_samples, group)}`", StringComparison.Ordinal));
            Assert.EndsWith(FormattableString.Invariant($"| {files.Sum(f => f.Rows):N0} |"), line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_group_is_applied_in_date_order()
    {
        using var fixture = new SinkFixture();
        fixture.Options.InputRoots = [_samples];
        fixture.Group = new GroupKey(4, "new-york-departures");
        using var sink = fixture.NewSink();

        for (var week = 1; week <= 8; week++)
        {
            var batch = fixture.Batch(week, Path.Combine(_samples, "4", "new-york-departures", $"{week:D3}.parquet"));
            await sink.ApplyAsync(Support.TestBatch.Call(batch), TestContext.Current.CancellationToken);
        }

        await sink.ReleaseAsync(fixture.Group, TestContext.Current.CancellationToken);
        const string Backwards =
            """SELECT count(*), count(*) FILTER (date < last) FROM (SELECT date, lag(date) OVER () AS last FROM "new-york-departures")""";
        Assert.Equal("45671,0", await fixture.RowsAsync(Backwards));
    }
}
