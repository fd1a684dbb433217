using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// docs/metrics.md lists what a silo exposes, no more and no less, by the names that Prometheus shows.
public sealed partial class MetricsTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // A reader of the log gets nothing but JSON, also what the program says itself.
    [Fact]
    public async Task The_page_lists_the_metrics_of_a_silo_that_serves_and_each_line_of_its_log_is_JSON()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(TestIds.NextTeam(), "s", Guid.NewGuid(), 0, final: true);
        await Database.ExecuteAsync(
            """
            INSERT INTO orleans_batch.not_ready (group_id, sink_id, seq, since, asked_at, tries, code, reason)
            VALUES (99, 1, 1, clock_timestamp(), clock_timestamp(), 1, 'no_space', 'Full.')
            """);
        var ports = ServedSilo.NewPorts();
        using var http = new SiloHttp(ports[^1]);
        using var silo = await ServedSilo.StartAsync(
            _directory.Path, Database.ConnectionString, "silo", ports,
            new Dictionary<string, string> { ["OrleansBatch__SweepPeriod"] = "00:00:01", ["Logging__Console__FormatterName"] = "json" },
            "--sinks", "probe");

        var listed = Row().Matches(_page).Select(r => $"{r.Groups["name"].Value} {r.Groups["kind"].Value}").ToList();
        await Eventually.EqualsAsync(
            string.Join('\n', listed.Order(StringComparer.Ordinal)),
            async () => string.Join('\n', Exposed(await http.MetricsAsync())),
            _soon, "the silo exposes what the page lists");

        await silo.SignalAsync("TERM");
        Assert.Equal(0, await silo.ExitAsync(_soon));
        var said = (await silo.OutputAsync())
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString()).ToList();
        Assert.Contains(said, s => s!.StartsWith("Serving probe as silo ", StringComparison.Ordinal));
        Assert.Contains(said, s => s!.StartsWith("Stopping: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_of_an_alert_names_metrics_that_are_listed()
    {
        var listed = Row().Matches(_page).Select(r => r.Groups["name"].Value).ToHashSet();
        var rules = string.Join('\n', MarkdownPage.Of("docs/metrics.md").Blocks("yaml"));
        var used = Name().Matches(rules).Select(m => BaseOf(m.Value)).ToList();

        Assert.True(used.Count > 10, $"Only {used.Count} names were found.");
        Assert.Empty(used.Except(listed));
        Assert.Equal(
            Alert().Matches(_page).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal),
            Rule().Matches(rules).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    // A histogram's series have endings that its name lacks.
    private static string BaseOf(string series) => Regex.Replace(series, "_(bucket|sum|count)$", "");

    private static IEnumerable<string> Exposed(string scraped) => Type().Matches(scraped)
        .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}").Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^# TYPE (orleans_batch_\w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^\| `(?<name>orleans_batch_\w+)` \| (?<kind>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"orleans_batch_\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\| `(OrleansBatch[A-Z]\w+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Alert();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Rule();
}
