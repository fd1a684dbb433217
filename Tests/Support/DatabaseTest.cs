namespace OrleansBatch.Tests.Support;

// A test with a migrated database to itself: silos of one test never work on what another left.
public abstract class DatabaseTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected QueueDatabase Database { get; } = new(postgres);

    private protected PostgresFixture Postgres => postgres;

    public ValueTask InitializeAsync() => Database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
