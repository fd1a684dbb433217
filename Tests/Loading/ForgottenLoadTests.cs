using OrleansBatch.Silo;
using OrleansBatch.Silo.Loading;
using OrleansBatch.Tests.Support;
using Spectre.Console;

namespace OrleansBatch.Tests.Loading;

// A load whose group is forgotten meanwhile has nothing left to wait for.
public sealed class ForgottenLoadTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    [Fact]
    public async Task A_load_of_a_group_that_was_forgotten_ends_and_says_so()
    {
        await Database.AddSinkAsync("probe");
        await Database.EnqueueAsync(7, "orders", Guid.NewGuid(), 0);
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var forgotten = new LoadedRun(new(7, "orders"), Guid.NewGuid(), 1, 1);

        var ended = await Assert.ThrowsAsync<StartupException>(
            () => new RunWatcher(Database.Source, console).WatchAsync([forgotten], TestContext.Current.CancellationToken));

        Assert.Contains("had the group forgotten", ended.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, ended.ExitCode);
    }
}
