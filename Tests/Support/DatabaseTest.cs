namespace OrleansBatch.Tests.Support;

// A test with a migrated database to itself, so that silos of one test never work on another's entries.
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
            // Where a test has both, xunit calls DisposeAsync alone.
            (this as IDisposable)?.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
