using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The ways to enqueue that the README and docs/producers.md show, run by the programs they are for.
public sealed class EnqueueFormsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly string _readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
    private static readonly string _producers = File.ReadAllText(Path.Combine(Repository.Root, "docs", "producers.md"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_SQL_shown_enqueues_through_psql_and_shows_the_batches()
    {
        await Database.AddSinkAsync("duckdb");

        var output = await RunAsync(await Psql.FindAsync(Ct), ["--no-psqlrc", "--set=ON_ERROR_STOP=1", Info()], Block(_readme, "sql"));

        Assert.Equal(2, Regex.Count(output, "waiting"));
        Assert.Equal(2, await Database.EntriesAsync(7));
    }

    [Fact]
    public async Task The_shell_command_shown_enqueues()
    {
        var folder = Path.GetDirectoryName(await Psql.FindAsync(Ct));
        var path = $"{folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";

        await RunAsync("bash", ["-euo", "pipefail"], Block(_producers, "sh"), new() { ["QUEUE"] = Info(), ["PATH"] = path });

        Assert.Equal("full_refresh sealed", await Database.ScalarAsync<string>("SELECT sync_type || ' ' || state FROM orleans_batch.run"));
    }

    [Fact]
    public async Task The_Python_shown_enqueues()
    {
        var python = await PythonAsync();
        var program = Block(_producers, "python");
        Assert.Contains("\"dbname=queue\"", program, StringComparison.Ordinal);

        await RunAsync(python, ["-"], program.Replace("\"dbname=queue\"", $"\"{Info()}\"", StringComparison.Ordinal));

        Assert.Equal("customers incremental {id} sealed", await Database.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', g.schema_id, r.sync_type, r.primary_keys, r.state)
            FROM orleans_batch.run AS r JOIN orleans_batch.batch_group AS g USING (group_id)
            """));
    }

    [Fact]
    public async Task The_CSharp_shown_is_the_one_that_is_compiled_and_enqueues()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Tests", "Docs", "OrderExport.cs"), Ct);
        var shown = source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].Trim();
        Assert.Contains(shown, _producers, StringComparison.Ordinal);
        await Database.ExecuteAsync("CREATE TABLE exported_day (day date PRIMARY KEY)");
        var (export, run) = (new OrderExport(Database.Source), Guid.NewGuid());

        await export.ExportDayAsync(new DateOnly(2026, 1, 1), "/d.parquet", Ct);
        await Assert.ThrowsAsync<PostgresException>(() => export.ExportDayAsync(new DateOnly(2026, 1, 1), "/d.parquet", Ct));
        await export.ExportAllAsync(run, Enumerable.Range(1, 2).Select(i => $"/{i}.parquet").ToAsyncEnumerable(), Ct);

        Assert.Equal(
            ["1 /d.parquet True", "2 /1.parquet False", "3 /2.parquet True"],
            await Database.RowsAsync(
                "SELECT seq, path, is_final FROM orleans_batch.log_entry ORDER BY seq",
                r => $"{r.GetInt64(0)} {r.GetString(1)} {r.GetBoolean(2)}"));
    }

    private static string Block(string text, string language) =>
        Regex.Matches(text, $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(m => m.Groups[1].Value).First(b => b.Contains("orleans_batch.enqueue", StringComparison.Ordinal));

    private static async Task<string> PythonAsync()
    {
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            if ((await ExitAsync(python, ["-c", "import psycopg"], "", [])).Code == 0)
            {
                return python;
            }
        }

        Assert.Fail("This test needs Python 3 with psycopg 3: install python3-psycopg (Debian, Ubuntu, Fedora: python3-psycopg3), "
            + "or run \"pip install 'psycopg[binary]'\".");
        return "";
    }

    private static async Task<string> RunAsync(
        string program, string[] arguments, string input, Dictionary<string, string>? environment = null)
    {
        var (code, output) = await ExitAsync(program, arguments, input, environment ?? []);
        Assert.True(code == 0, $"{program} ended with {code}: {output}");
        return output;
    }

    private static async Task<(int Code, string Output)> ExitAsync(
        string program, string[] arguments, string input, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(Ct);
            var error = process.StandardError.ReadToEndAsync(Ct);
            await process.StandardInput.WriteAsync(input.AsMemory(), Ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), Ct);
            return (process.ExitCode, await output + await error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    private string Info() => Psql.Info(Database.ConnectionString);
}
