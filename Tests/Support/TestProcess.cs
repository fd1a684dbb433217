using System.Diagnostics;
using System.Runtime.CompilerServices;

using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Tests.Support;

// A second process for effects that only a second process can show: this assembly again, started with a role instead of tests.
internal sealed class TestProcess : IDisposable
{
    private const string Role = "ORLEANSBATCH_TEST_ROLE";

    private readonly Process _process;

    private TestProcess(Process process) => _process = process;

    // Applies the batch and keeps the file open. Returns once the file is held.
    public static Task<TestProcess> HoldAsync(string lake, Batch batch) => StartAsync("hold", lake, batch);

    // Applies the batch and is killed right before the commit.
    public static async Task CrashAsync(string lake, Batch batch)
    {
        using var child = await StartAsync("crash", lake, batch);
        await child._process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    // The process is as after SIGSTOP: alive, holding its file, and doing nothing.
    public async Task FreezeAsync()
    {
        using var kill = Process.Start("kill", ["-STOP", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<TestProcess> StartAsync(string role, string lake, Batch batch)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TestProcess).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment[Role] = string.Join('\n', role, lake, $"{batch.Group.TeamId}", batch.Group.SchemaId, batch.Path);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return line == role ? new TestProcess(process) : throw new InvalidOperationException($"The child process said: {line}");
    }

    // The role runs before the test runner's own entry point, in a child only.
    [ModuleInitializer]
    internal static void PlayRole()
    {
        if (Environment.GetEnvironmentVariable(Role)?.Split('\n') is not [var role, var lake, var team, var schema, var path])
        {
            return;
        }

        var options = new DuckDbSinkOptions { LakeDirectory = lake, InputRoots = [Path.GetDirectoryName(path)!] };
        var sink = new DuckDbSink(Options.Create(options));
        var batch = TestBatch.Of(new GroupKey(long.Parse(team, null), schema), path, seq: 1);
        sink.ApplyAsync(TestBatch.Call(batch, appliedSeq: 0, ensureOwned: _ => BeforeCommit(role)), CancellationToken.None)
            .GetAwaiter().GetResult();
        Console.WriteLine(role);
        Console.ReadLine();
        Environment.Exit(0);
    }

    private static Task BeforeCommit(string role)
    {
        if (role == "crash")
        {
            Console.WriteLine(role);
            Process.GetCurrentProcess().Kill();
        }

        return Task.CompletedTask;
    }
}
