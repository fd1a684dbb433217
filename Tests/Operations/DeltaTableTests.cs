using System.Text.Json;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Delta.Tables;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// Delta tables in the eyes of an operator: the verb table, and the doctor's comparison of table and queue.
public sealed class DeltaTableTests : DatabaseTest, IDisposable
{
    private static readonly GroupKey _group = new(7, "orders");

    private readonly TempDirectory _directory = new();
    private readonly ParquetFixture _parquet = new();
    private readonly OperatorCli _cli;

    // A silo that comes back at the ports of a killed one replaces it at once.
    private readonly string[] _ports = ServedSilo.NewPorts();

    public DeltaTableTests(PostgresFixture postgres)
        : base(postgres) => _cli = new OperatorCli(Database);

    private string Lake => _directory.Combine("lake");

    private string Table => Path.Combine(Lake, TablePath.Of(_group));

    public void Dispose()
    {
        _cli.Dispose();
        _parquet.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_table_is_shown_with_its_progress_and_its_versions()
    {
        Guid run;
        using (await ServeAsync())
        {
            run = await LoadAsync("append", 0, 3);
        }

        var shown = await JsonAsync("table", "show", "7/orders", "--lake", Lake);
        var history = await JsonAsync("table", "history", "7/orders", "--lake", Lake, "--limit", "1");
        var onRecord = await _cli.JsonAsync("table", "show", "7/orders");

        Assert.Equal((30, 3), (shown.Number("rows"), shown.Number("seq")));
        Assert.True(shown.Number("token") > 0 && shown.Number("bytes") > 0 && shown.Number("files") > 0);
        var last = shown.GetProperty("last_origin");
        Assert.Equal((run, 2), (last.GetProperty("run_id").GetGuid(), last.Number("batch_index")));
        Assert.Equal(["id"], shown.GetProperty("columns").EnumerateArray().Select(c => c.Text("name")));
        Assert.Equal(2, shown.GetProperty("protocol").Number("min_writer_version"));
        Assert.True(shown.GetProperty("log_tail").Number("bytes") > 0);
        Assert.Equal($"{shown}", $"{onRecord}");
        var newest = Assert.Single(history.EnumerateArray());
        Assert.Equal(
            (shown.Number("version"), "WRITE", run),
            (newest.Number("version"), newest.Text("operation"), newest.GetProperty("run_id").GetGuid()));
        Assert.Equal((2, 3), (newest.Number("last_index"), newest.Number("last_seq")));
        Assert.Contains("index 2 of run", await SaidAsync(0, "table", "show", "7/orders", "--lake", Lake), StringComparison.Ordinal);
        Assert.Contains("WRITE", await SaidAsync(0, "table", "history", "7/orders", "--lake", Lake), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_table_and_what_is_none_are_refused_with_a_sentence()
    {
        var other = Directory.CreateDirectory(Path.Combine(Lake, "7", "plain")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "a.parquet"), "x", TestContext.Current.CancellationToken);

        foreach (var verb in new[] { "show", "history" })
        {
            Assert.Contains(
                "There is no table of group 7/orders", await SaidAsync(1, "table", verb, "7/orders", "--lake", Lake),
                StringComparison.Ordinal);
        }

        Assert.Contains("is no Delta table", await SaidAsync(1, "table", "show", "7/plain", "--lake", Lake), StringComparison.Ordinal);
        Assert.Contains("name the lake with --lake", await _cli.RunAsync(2, "table", "show", "7/orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_with_a_feature_that_is_unknown_here_is_named()
    {
        var log = Directory.CreateDirectory(Path.Combine(Table, "_delta_log")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(log, "00000000000000000000.json"),
            """
            {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["backInTime"],"writerFeatures":["backInTime"]}}
            {"metaData":{"id":"1","format":{"provider":"parquet"},"schemaString":"","partitionColumns":[],"configuration":{}}}
            """,
            TestContext.Current.CancellationToken);

        Assert.Contains("backInTime", await SaidAsync(1, "table", "show", "7/orders", "--lake", Lake), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_was_restored_from_an_older_copy_is_found_and_a_replay_mends_it()
    {
        using (await ServeAsync())
        {
            await LoadAsync("append", 0, 2);
        }

        Copy(Table, _directory.Combine("copy"));
        using (await ServeAsync())
        {
            await LoadAsync("append", 2, 3);
        }

        Assert.Empty(await FindAsync());
        Directory.Delete(Table, recursive: true);
        var missing = Assert.Single(await FindAsync());
        Copy(_directory.Combine("copy"), Table);
        var behind = Assert.Single(await FindAsync());

        Assert.Equal(("table_missing", "7/orders in delta"), (missing.Text("code"), missing.Text("subject")));
        Assert.Equal("table_behind", behind.Text("code"));
        Assert.Contains(
            "ends at seq 2, and the queue counts batches of group 7/orders as applied up to seq 5", behind.Text("message"),
            StringComparison.Ordinal);
        var remedy = behind.Text("remedy")!;
        Assert.EndsWith("orleansbatch replay 7/orders --from 3 --sink delta --force", remedy, StringComparison.Ordinal);

        var verb = remedy[remedy.IndexOf("orleansbatch", StringComparison.Ordinal)..];
        var replayed = await _cli.ShellAsync($"{verb} --reason restored --yes");
        Assert.True(replayed.ExitCode == 0, replayed.Output + replayed.Error);
        Assert.Empty(await FindAsync());
        using (await ServeAsync())
        {
            await Eventually.EqualsAsync(
                true,
                () => Database.ScalarAsync<bool>(
                    """
                    SELECT coalesce(c.replay_to, 0) < c.next_seq AND c.next_seq = 6
                      AND NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q WHERE q.done_at IS NULL)
                    FROM orleans_batch.sink_cursor AS c
                    """),
                TimeSpan.FromSeconds(60), "the replay ends");
        }

        Assert.Empty(await FindAsync());
        Assert.Equal(
            "50\t50\t1225", await DeltaReader.OnDisk(Table).SelectAsync("count(), count(DISTINCT id), sum(id)"));
    }

    [Fact]
    public async Task A_table_that_has_more_than_the_queue_is_found()
    {
        using (await ServeAsync())
        {
            await LoadAsync("append", 0, 2);
        }

        Assert.Empty(await FindAsync());
        await Database.ExecuteAsync(
            """
            UPDATE orleans_batch.sink_cursor SET next_seq = 2, applied_seq = 1, claimed_to = NULL, suspect_to = NULL;
            DELETE FROM orleans_batch.log_entry WHERE seq > 1; UPDATE orleans_batch.batch_group SET tail_seq = 1
            """);

        Assert.Equal("table_ahead", Assert.Single(await FindAsync()).Text("code"));
    }

    // A crash between the table's commit and the cursor's is no finding: the table knows the batch at the cursor.
    [Fact]
    public async Task A_table_that_is_ahead_by_what_it_knows_is_no_finding()
    {
        using (await ServeAsync())
        {
            await LoadAsync("append", 0, 2);
        }

        await Database.ExecuteAsync(
            "UPDATE orleans_batch.sink_cursor SET next_seq = 2, applied_seq = 1, claimed_to = NULL, suspect_to = NULL");

        Assert.Empty(await FindAsync());
    }

    private Task<ServedSilo> ServeAsync() => ServedSilo.StartAsync(
        _directory.Path, Database.ConnectionString, "silo-a", _ports, "--sinks", "delta", "--lake", Lake,
        "--roots", _parquet.Directory);

    // Loads files of ten rows each, and returns the run.
    private async Task<Guid> LoadAsync(string type, int first, int files)
    {
        var names = Enumerable.Range(first, files)
            .Select(i => _parquet.Write($"{i:000}.parquet", $"SELECT {i} * 10 + range AS id FROM range(10)")).ToList();
        var loaded = await _cli.JsonAsync(["load", "--team", "7", "--schema", "orders", "--sync-type", type, .. names]);
        Assert.Equal("succeeded", loaded.Text("state"));
        return loaded.GetProperty("run_id").GetGuid();
    }

    private async Task<List<JsonElement>> FindAsync() =>
        [.. (await _cli.JsonAsync("doctor")).EnumerateArray().Where(f => f.Text("code")!.StartsWith("table_", StringComparison.Ordinal))];

    // Without a database.
    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        using var document = JsonDocument.Parse(await SaidAsync(0, [.. arguments, "--json"]));
        return document.RootElement.Clone();
    }

    private async Task<string> SaidAsync(int exitCode, params string[] arguments)
    {
        var result = await Cli.RunAsync(_directory.Path, arguments);
        Assert.True(
            exitCode == result.ExitCode,
            $"{string.Join(' ', arguments)}: exit code {result.ExitCode}.\n{result.Output}{result.Error}");
        return exitCode == 0 ? result.Output : result.Error;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
