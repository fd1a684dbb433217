using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Silo.Inspection;
using Spectre.Console;

namespace OrleansBatch.Tests.Unit.Commands;

// People read listings in a terminal of 80 columns, with names and errors as long as they get.
public sealed class ListingTests
{
    private const string Silo = "silo-with-a-long-name@host.example";

    private static readonly DateTimeOffset _time = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly string _path = $"/data/incoming/{new string('d', 90)}/part-00000-of-00128.snappy.parquet";
    private static readonly string _error = $"{_path} is no Parquet file. {string.Concat(Enumerable.Repeat("It is damaged. ", 100))}";
    private static readonly Guid _run = Guid.Parse("0190a1b2-0000-7000-8000-000000000001");
    private static readonly Guid _retry = Guid.Parse("0190a1b2-0000-7000-8000-000000000002");

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(250)]
    public void A_failed_run_takes_few_lines_and_every_id_is_whole(int width)
    {
        var lines = Lines(width, console => RunListing.Of([Failed()]).Write(console));

        Assert.InRange(lines.Length, 2, width < 80 ? 14 : 10);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        var text = string.Join('\n', lines);
        Assert.Contains($"{_run}", text, StringComparison.Ordinal);
        Assert.Contains($"retried as {_retry}, running", text, StringComparison.Ordinal);
        Assert.Contains("full_refresh", text, StringComparison.Ordinal);
        Assert.Contains("20 \u2260 1,200 announced", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wide_terminal_gets_a_table_with_a_line_for_each_run()
    {
        var runs = Enumerable.Range(0, 5).Select(_ => Failed() with { SchemaId = "orders", FirstError = null, RetriedAs = null });

        // The table has a head, a rule, and its frame.
        Assert.InRange(Lines(180, console => RunListing.Of(runs).Write(console)).Length, 7, 9);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Show_breaks_no_word_that_fits_a_line(int width)
    {
        var lines = Lines(width, console => ShowCommand.Write(console, Details()));

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        string[] words = [$"{_run}", $"{_retry}", "waiting_retry", Silo, "2024-10-04 00:00:00Z", "0 to 4, 7"];
        foreach (var word in words)
        {
            Assert.Contains(word, string.Join('\n', lines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Status_at_80_columns_is_lines_and_not_letters()
    {
        var lines = Lines(80, console => StatusReport.Write(console, Status()));

        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.InRange(lines.Length, 12, 34);
        var text = string.Join('\n', lines);
        Assert.Contains(Silo, text, StringComparison.Ordinal);
        Assert.Contains("orleansbatch unblock", text, StringComparison.Ordinal);
        Assert.Contains("orleansbatch resume --all", string.Join(' ', lines.Select(l => l.Trim())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(250)]
    public void No_control_character_of_a_name_or_an_error_reaches_the_terminal(int width)
    {
        const string Bad = "a\u001b[31m\u009b2J\rb\nc\u0007";
        var run = Failed() with { SchemaId = Bad, FirstError = Bad, FirstErrorDetail = Bad, Notes = [Bad], Sink = Bad };
        var details = Details() with { SchemaId = Bad, Sinks = [run], Batches = [Batch() with { Path = Bad, LastError = Bad }] };
        var status = Status() with { Active = [new ActiveGroup(1, Bad, Bad, "blocked", 1, 1, 1, Bad, null, null, Bad, null, null)] };

        var text = string.Concat(
            Text(width, console => RunListing.Of([run]).Write(console)), Text(width, console => ShowCommand.Write(console, details)),
            Text(width, console => StatusReport.Write(console, status)), JsonOutput.Text(run));

        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.Contains("a\\u001b[31m", text, StringComparison.Ordinal);
    }

    private static RunSummary Failed() => new(
        _run, 7_000_000_000, $"customer_orders_{new string('s', 40)}", "duckdb", "failed", "cancelled", "full_refresh", 128, 5, 122, 20,
        _error, _time, _time, _time, 5)
    {
        RowsAnnounced = 1200,
        BatchesDiffering = 1,
        RetriedAs = _retry,
        RetryState = "running",
        BatchesMissing = 2,
    };

    private static RunBatch Batch() => new(5, 1_000_005, "duckdb", "waiting_retry", 3, _error, _path);

    private static RunDetails Details() => new()
    {
        RunId = _run,
        TeamId = 7_000_000_000,
        SchemaId = "customer_orders",
        RunState = "open",
        SyncType = "incremental",
        PrimaryKeys = ["id", "line"],
        OnFailure = "continue",
        NullKeys = "keep",
        Lossy = "refuse",
        OriginRunId = null,
        RetriedAs = _retry,
        BatchCount = 128,
        CreatedAt = _time,
        AliveAt = _time,
        FirstSeq = 1_000_000,
        LastSeq = 1_000_128,
        MissingIndexes = [new IndexRange(0, 4), new IndexRange(7, 7)],
        Sinks = [Failed()],
        Batches = [Batch()],
        Attempts = [new RunAttempt(5, "duckdb", 2, "lost", _time, _time, Silo, _error)],
    };

    private static QueueStatus Status() => new()
    {
        Database = "db.example/queue",
        Groups = 3,
        Waiting = 1_234_567,
        Executing = 1,
        Retrying = 1,
        FailedRuns = 2,
        OldestWaitingSeconds = 100_000,
        Silos = [$"{Silo}:1", $"{Silo}:2"],
        Active = [new ActiveGroup(7, "orders", "duckdb", "blocked", 5, 1, 3, Silo, _time, null, _error[..300], _time, null)],
        Pauses = [new PauseStatus(new(null, null, null), "ann@host", "maintenance of the lake", _time, 3, 9)],
        Alone = [new LoneBatch(Silo, 7, "orders", "duckdb", 5, 4, _time, 12)],
    };

    private static string[] Lines(int width, Action<IAnsiConsole> write) =>
        [.. Text(width, write).Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];

    private static string Text(int width, Action<IAnsiConsole> write)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = width;
        write(console);
        return text.ToString();
    }
}
