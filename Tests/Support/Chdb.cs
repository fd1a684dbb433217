using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OrleansBatch.Tests.Support;

// ClickHouse as a library, with the Delta kernel of others inside: the judge of every table that tests make.
// One process answers for the whole run, and ends with it. Queries wait for each other.
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "One lives as long as the run.")]
internal sealed class Chdb
{
    private static readonly Lazy<Chdb> _ofTheRun = new(Start);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Process _process;

    private Chdb(Process process) => _process = process;

    public static Chdb OfTheRun => _ofTheRun.Value;

    // Gives rows as lines, with tabs between their values and \N for null.
    public async Task<string> QueryAsync(string sql)
    {
        var (isAnswer, text) = await AskAsync(sql);
        Assert.True(isAnswer, $"chdb refuses: {sql}\n{text}");
        return text;
    }

    public async Task<string> ErrorAsync(string sql)
    {
        var (isAnswer, text) = await AskAsync(sql);
        Assert.False(isAnswer, $"chdb was to refuse, and answers: {sql}\n{text}");
        return text;
    }

    private static Chdb Start()
    {
        var library = TestTools.PathOf("node_modules/@chdb/lib-linux-x64-gnu/libchdb.so");

        // The library reads files below its working directory only.
        var start = new ProcessStartInfo("dotnet", [typeof(Chdb).Assembly.Location])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        start.Environment[ChdbLibrary.Role] = library;
        return new Chdb(Process.Start(start) ?? throw new InvalidOperationException("The process for chdb did not start."));
    }

    private async Task<(bool IsAnswer, string Text)> AskAsync(string sql)
    {
        await _asking.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await _process.StandardInput.WriteLineAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(sql)));
            await _process.StandardInput.FlushAsync();
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (TextOf(line, ChdbLibrary.Answer) is { } answer)
                {
                    return (true, answer.TrimEnd('\n'));
                }

                if (TextOf(line, ChdbLibrary.Error) is { } error)
                {
                    return (false, error);
                }
            }

            throw new InvalidOperationException($"The process for chdb has ended at: {sql}");
        }
        finally
        {
            _asking.Release();
        }
    }

    private static string? TextOf(string line, string kind) => line.StartsWith(kind, StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(line[kind.Length..]))
        : null;
}
