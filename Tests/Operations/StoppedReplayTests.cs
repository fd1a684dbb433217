using System.Text.RegularExpressions;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// A replay that stops names two commands, and each of them frees its group.
public sealed partial class StoppedReplayTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly TimeSpan _within = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("unblock")]
    [InlineData("skip")]
    public async Task Each_command_that_its_reason_names_frees_the_group(string verb)
    {
        using var cli = new OperatorCli(Database);
        var (run, broken) = (Guid.NewGuid(), false);
        var sink = new RecordingSink
        {
            OnApply = (call, _) => broken && call.Batch.BatchIndex == 1
                ? throw new PermanentBatchException($"Gone. {new string('x', 3000)}") : Task.CompletedTask,
        };
        await using var silos = await TestSilos.StartAsync(Database, sink: sink);
        for (var index = 0; index < 3; index++)
        {
            await Database.EnqueueAsync(7, "the orders", run, index, final: index == 2);
        }

        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, RecordingSink.Name), _within, "the run succeeds");
        broken = true;
        await cli.RunAsync(0, "replay", "7/the orders", "--from", "1", "--sink", RecordingSink.Name, "--force", "--yes");
        await Eventually.EqualsAsync("blocked", () => GroupAsync<string>("state"), _within, "the replay stops");
        var reason = await GroupAsync<string>("last_error");

        // The fault is still there when the batch is given up.
        broken = verb == "skip";
        var command = Command().Matches(reason!).Select(m => m.Value)
            .Single(c => c.StartsWith($"orleansbatch {verb} ", StringComparison.Ordinal));
        var done = await cli.ShellAsync(verb == "skip" ? $"{command} --yes" : command);

        Assert.True(done.ExitCode == 0, $"{command}: {done.Output}{done.Error}");
        await Eventually.EqualsAsync(4L, () => GroupAsync<long>("next_seq"), _within, "the replay goes on to its end");
        Assert.Equal("idle", await GroupAsync<string>("state"));
        Assert.Contains("Gone.", reason, StringComparison.Ordinal);
    }

    private Task<T?> GroupAsync<T>(string column) => Database.ScalarAsync<T>(
        $"SELECT {column} FROM orleans_batch.group_status WHERE team_id = 7 AND sink = '{RecordingSink.Name}'");

    [GeneratedRegex("orleansbatch (unblock|skip) .*?(?=\\. (?:Or|The))")]
    private static partial Regex Command();
}
