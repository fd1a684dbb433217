using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// The program as its users run it: a process of its own, in a directory of its own.
public static class Cli
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    public static string Assembly { get; } = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "OrleansBatch.Silo.dll"));

    public static Process Start(string directory, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("ConnectionStrings__OrleansBatch");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static Task<CliResult> RunAsync(string directory, params string[] arguments) => RunAsync(directory, null, arguments);

    public static async Task<CliResult> RunAsync(
        string directory, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using var process = Start(directory, environment, arguments);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"orleansbatch {string.Join(' ', arguments)} did not end within {_limit}.\n{await output}\n{await error}");
        }

        return new CliResult(process.ExitCode, await output, await error);
    }
}

public sealed record CliResult(int ExitCode, string Output, string Error);
