namespace OrleansBatch.Tests.Support;

// A test with a migrated database to itself: silos of one test never work on what another left.
public abstract class DatabaseTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected QueueDatabase Database { get; } = new(postgres);

    private protected PostgresFixture Postgres => postgres;

    public ValueTask InitializeAsync() => Database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Database.DisposeAsync();
        }
        finally
        {
            // xunit calls this one alone where a test has both.
            (this as IDisposable)?.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
