using Microsoft.Extensions.DependencyInjection;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Docs;

// The hook that docs/hooks-and-followers.md shows, at work.
public sealed class HooksTests(PostgresFixture postgres) : DatabaseTest(postgres), ICatalogue
{
    private readonly TaskCompletionSource<(GroupKey Group, Guid Run)> _fresh = new();

    [Fact]
    public void The_hook_shown_is_the_one_that_is_compiled()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "Docs", "CatalogueHook.cs"));
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "hooks-and-followers.md"));

        Assert.Contains(source[source.IndexOf("public sealed class", StringComparison.Ordinal)..].Trim(), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hook_shown_skips_what_the_catalogue_does_not_know_and_tells_it_of_what_is_fresh()
    {
        var (team, wanted, unknown) = (TestIds.NextTeam(), Guid.NewGuid(), Guid.NewGuid());
        var hook = new CatalogueHook(this);
        await using var silos = await TestSilos.StartAsync(
            Database, add: silo => silo.Services.AddSingleton<IBatchHook>(hook).AddSingleton<IRunHook>(hook));

        await Database.EnqueueAsync(team, "unknown", unknown, 0);
        await Database.EnqueueAsync(team, "known", wanted, 0, final: true);

        Assert.Equal(
            (new GroupKey(team, "known"), wanted),
            await _fresh.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await Eventually.EqualsAsync(
            "skipped",
            () => Database.ScalarAsync<string>("SELECT state FROM orleans_batch.batch_status WHERE run_id = $1", unknown),
            TimeSpan.FromSeconds(30),
            "the unknown group's batch is skipped");
    }

    Task<bool> ICatalogue.KnowsAsync(GroupKey group, CancellationToken cancellationToken) => Task.FromResult(group.SchemaId == "known");

    Task ICatalogue.FreshAsync(GroupKey group, Guid runId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        _fresh.TrySetResult((group, runId));
        return Task.CompletedTask;
    }
}
