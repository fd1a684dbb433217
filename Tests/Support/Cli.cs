using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// The program as its users run it: a process of its own, in a directory of its own.
public static class Cli
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _benchLimit = TimeSpan.FromMinutes(6);

    public static string Assembly { get; } = Program("Silo");

    public static Process Start(string directory, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start(Assembly, directory, environment, arguments);

    public static Task<CliResult> RunAsync(string directory, params string[] arguments) => RunAsync(directory, null, arguments);

    public static Task<CliResult> RunAsync(
        string directory, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        EndAsync(Start(Assembly, directory, environment, arguments), arguments, _limit);

    public static Task<CliResult> RunBenchAsync(string directory, params string[] arguments) =>
        EndAsync(Start(Program("Bench"), directory, null, arguments), arguments, _benchLimit);

    private static string Program(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')),
        $"OrleansBatch.{project}.dll"));

    private static Process Start(
        string assembly, string directory, IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
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

    private static async Task<CliResult> EndAsync(Process started, IEnumerable<string> arguments, TimeSpan within)
    {
        using var process = started;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(within);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail(
                $"{process.StartInfo.ArgumentList[0]} {string.Join(' ', arguments)} did not end within {within}.\n"
                + $"{await output}\n{await error}");
        }

        return new CliResult(process.ExitCode, await output, await error);
    }
}

public sealed record CliResult(int ExitCode, string Output, string Error);
