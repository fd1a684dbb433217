using System.Text.RegularExpressions;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The README and the pages around it show working code: the sink is compiled here, and refusals and settings exist.
public sealed partial class ReadmeTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public void The_sink_shown_is_the_one_that_is_compiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "Docs", "ArchiveSink.cs"));

        Assert.Contains(
            source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].Trim(), Page("sinks.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sink_shown_archives_a_batch_once_though_it_is_applied_twice()
    {
        using var directory = new TempDirectory();
        var (input, archive) = (directory.Combine("a.parquet"), directory.Combine("archive"));
        Directory.CreateDirectory(archive);
        await File.WriteAllTextAsync(input, "data", TestContext.Current.CancellationToken);
        var sink = new ArchiveSink(archive);
        var batch = TestBatch.Of(new GroupKey(1, "s"), input, 1);

        await sink.ApplyAsync(TestBatch.Call(batch), TestContext.Current.CancellationToken);
        await sink.ApplyAsync(TestBatch.Call(batch, epoch: 2), TestContext.Current.CancellationToken);

        Assert.Equal(
            "data", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(archive)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_refusal_shown_exists_and_every_one_that_exists_is_shown()
    {
        var shown = Code().Matches(Page("refusals.md")).Select(m => m.Value).ToHashSet();
        var sources = await Database.RowsAsync(
            "SELECT p.prosrc FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'orleans_batch'",
            r => r.GetString(0));

        Assert.Equal(sources.SelectMany(s => Code().Matches(s)).Select(m => m.Value).ToHashSet().Order(), shown.Order());
    }

    [Fact]
    public void Every_setting_shown_exists()
    {
        var names = SettingRow().Matches(Page("configuration.md")).SelectMany(m => Setting().Matches(m.Value))
            .Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"OrleansBatch__{name}", SettingNames.Known.Select(k => k.Split("__SINK")[0])));
    }

    [Fact]
    public void The_README_has_at_most_150_lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 150);

    // The README's tables are bounded as well, because the page is read in a terminal.
    [Fact]
    public void No_line_of_the_README_is_wider_than_140_columns() =>
        Assert.DoesNotContain(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")), l => l.Length > 140);

    private static string Page(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));

    [GeneratedRegex(@"OB\d{3}")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| `[A-Z].*?\|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex("`([A-Z][A-Za-z_]+)`")]
    private static partial Regex Setting();
}
