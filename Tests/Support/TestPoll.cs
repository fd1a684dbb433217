using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Polling;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Tests.Support;

// The engine's own poll, on a connection with a silo's settings.
internal sealed class TestPoll : IAsyncDisposable
{
    private readonly EngineDataSources _sources;
    private readonly PollerConnection _connection;

    private TestPoll(EngineDataSources sources, PollerConnection connection) => (_sources, _connection) = (sources, connection);

    public PollerConnection Connection => _connection;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TestPoll> OpenAsync(QueueDatabase database)
    {
        var sources = new EngineDataSources(
            new EngineConnection(database.ConnectionString), Microsoft.Extensions.Options.Options.Create(new OrleansBatchOptions()));
        return new TestPoll(sources, await PollerConnection.OpenAsync(sources, Ct));
    }

    public static async Task<PollResult> OnceAsync(QueueDatabase database, PollQuery query)
    {
        await using var poll = await OpenAsync(database);
        return await poll.FindAsync(query);
    }

    public Task<PollResult> FindAsync(PollQuery query) => _connection.CandidatesAsync(query, Ct);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _sources.DisposeAsync();
    }
}
