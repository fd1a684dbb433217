using System.Diagnostics;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Loading;

public sealed class InterruptedLoadTests(LoadDirectory directory) : IClassFixture<LoadDirectory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_interrupted_load_says_how_to_go_on_and_the_same_call_loads_every_row_once()
    {
        var team = TestIds.NextTeam();
        var files = directory.WriteFiles("files", 20);
        var interrupted = await InterruptAsync(directory.StartLoad(team, files));
        var run = Assert.Single(await directory.RunsAsync(team));

        var again = await directory.LoadAsync(team, files, "--json");

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains(
            $"Interrupted: run {run} stays in the queue. The same command, or \"orleansbatch load --run {run}\"", interrupted.Error,
            StringComparison.Ordinal);
        Assert.True(again.ExitCode == 0, $"{again.Output}\n{again.Error}");
        Assert.Contains($"Going on with run {run}: 20 batches with 200 rows for {team}/s.", again.Error, StringComparison.Ordinal);
        Assert.Contains($"\"run_id\": \"{run}\"", again.Output, StringComparison.Ordinal);
        Assert.Contains($"SELECT count(*) FROM \"s\"", again.Error, StringComparison.Ordinal);
        Assert.Equal([run], await directory.RunsAsync(team));
        Assert.Equal(200, directory.Lake().CountRows(new GroupKey(team, "s")));
    }

    // The interrupt comes as soon as the run is there.
    private static async Task<CliResult> InterruptAsync(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync(Ct);
        var said = await process.StandardOutput.ReadLineAsync(Ct);
        Assert.StartsWith("Run ", said);
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var rest = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return new CliResult(process.ExitCode, said + rest, await error);
    }
}
