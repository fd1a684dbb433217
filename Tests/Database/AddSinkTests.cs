using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class AddSinkTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();

    private string Name => $"sink-{_team}-";

    [Fact]
    public async Task New_sink_is_being_added_until_it_is_seeded_with_every_group_that_has_entries()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        await database.ExecuteAsync("SELECT orleans_batch.ensure_group($1, 'nothing yet')", _team);

        var id = await AddAsync(Name);
        Assert.Equal("adding", await StateAsync());
        await SeedAsync();

        Assert.Equal("active", await StateAsync());
        Assert.Equal(1, await WakeupsAsync(id));
        Assert.True(await database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name));
        Assert.Equal(1, await WakeupsAsync(id));
        Assert.Equal(["sink add, ann, new lake"], await database.ActionsAsync(Name));
    }

    [Fact]
    public async Task Adding_a_sink_again_returns_its_number_and_changes_nothing()
    {
        var id = await AddAsync(Name);

        Assert.Equal(id, await AddAsync(Name));
        Assert.Equal(id, await AddAsync(Name, start: "tail"));

        Assert.Single(await database.ActionsAsync(Name));
        Assert.True(await database.ScalarAsync<bool>("SELECT starts_at IS NULL FROM orleans_batch.sink WHERE sink_id = $1", id));
    }

    [Fact]
    public async Task Sink_at_the_tail_remembers_when_it_was_added()
    {
        var id = await AddAsync(Name, start: "tail");

        Assert.True(await database.ScalarAsync<bool>(
            "SELECT starts_at > clock_timestamp() - interval '1 minute' FROM orleans_batch.sink WHERE sink_id = $1",
            id));
    }

    [Fact]
    public async Task Sink_that_exists_keeps_what_it_follows()
    {
        var upstream = await AddAsync(Name);
        await AddAsync($"{Name}b", upstream: Name);

        Assert.Equal(upstream, await database.ScalarAsync<short>("SELECT upstream_id FROM orleans_batch.sink WHERE name = $1", $"{Name}b"));
        await database.RefusesAsync(_team, "OB037", $"exists and follows \"{Name}\", not none", () => AddAsync($"{Name}b"));
        await database.RefusesAsync(
            _team, "OB037", $"exists and follows no other, not \"{Name}b\"", () => AddAsync(Name, upstream: $"{Name}b"));
    }

    [Theory]
    [InlineData("", "start")]
    [InlineData(null, "start")]
    [InlineData("a/b", "start")]
    [InlineData("a", "middle")]
    [InlineData("a", null)]
    public async Task Name_or_start_that_means_nothing_is_refused(string? name, string? start) =>
        await database.RefusesAsync(_team, "OB036", "without a slash and a start", () => AddAsync(name, start: start));

    [Fact]
    public async Task Sink_follows_neither_itself_nor_an_unknown_one()
    {
        await database.RefusesAsync(_team, "OB038", "can't follow itself", () => AddAsync(Name, upstream: Name));
        await database.RefusesAsync(_team, "OB026", "no sink named \"nowhere\"", () => AddAsync(Name, upstream: "nowhere"));
        Assert.Null(await StateAsync());
    }

    [Fact]
    public async Task Disabled_sink_is_woken_all_the_same_and_goes_on_when_it_is_enabled()
    {
        var id = await AddAsync(Name);
        await SeedAsync();
        Assert.True(await CallAsync("disable_sink"));
        Assert.False(await CallAsync("disable_sink"));

        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        Assert.Equal((1, "disabled"), (await WakeupsAsync(id), await StateAsync()));

        Assert.True(await CallAsync("enable_sink"));
        Assert.False(await CallAsync("enable_sink"));
        Assert.Equal("active", await StateAsync());
        Assert.Equal(["sink add", "sink disable", "sink enable"], (await database.ActionsAsync(Name)).Select(a => a.Split(',')[0]));
    }

    [Fact]
    public async Task Sink_that_was_disabled_before_it_was_seeded_is_seeded_when_it_is_enabled()
    {
        await database.EnqueueAsync(_team, "orders", Guid.NewGuid(), 0);
        var id = await AddAsync(Name);
        await CallAsync("disable_sink");
        Assert.True(await database.ScalarAsync<bool>("SELECT orleans_batch.seed_sink($1)", Name));
        Assert.Equal("disabled", await StateAsync());

        await CallAsync("enable_sink");
        Assert.Equal("adding", await StateAsync());
        await SeedAsync();

        Assert.Equal(1, await WakeupsAsync(id));
    }

    [Theory]
    [InlineData("disable_sink")]
    [InlineData("enable_sink")]
    [InlineData("seed_sink")]
    public async Task Unknown_sink_is_refused(string verb) =>
        await database.RefusesAsync(_team, "OB026", "There is no sink named", () => CallAsync(verb));

    [Fact]
    public async Task Two_that_add_the_same_sink_at_once_get_the_same_number()
    {
        await using var first = await StagedSession.BeginAsync(database);
        var id = await first.ScalarAsync<short>("SELECT orleans_batch.add_sink($1)", Name);
        await using var second = await StagedSession.OpenAsync(database);
        var adding = second.ScalarAsync<short>("SELECT orleans_batch.add_sink($1)", Name);
        await second.WaitsForALockAsync();

        await first.CommitAsync();

        Assert.Equal(id, await adding);
    }

    private Task<short> AddAsync(string? name, string? upstream = null, string? start = "start") => database.ScalarAsync<short>(
        "SELECT orleans_batch.add_sink($1::text, $2::text, $3::text, who => 'ann', why => 'new lake')", name, upstream, start);

    private Task<bool> CallAsync(string verb) => database.ScalarAsync<bool>($"SELECT orleans_batch.{verb}($1)", Name);

    // Other tests of the server may have transactions open.
    private Task SeedAsync() => Eventually.UntilAsync(() => CallAsync("seed_sink"), TimeSpan.FromSeconds(30), "the sink is seeded");

    private Task<string?> StateAsync() => database.ScalarAsync<string>("SELECT state FROM orleans_batch.sink WHERE name = $1", Name);

    private Task<int> WakeupsAsync(short sink) => database.ScalarAsync<int>(
        "SELECT count(*)::int FROM orleans_batch.wakeup WHERE team_id = $1 AND sink_id = $2", _team, sink);
}
