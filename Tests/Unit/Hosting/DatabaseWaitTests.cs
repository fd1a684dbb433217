using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Tests.Unit.Hosting;

// A start is repeated while the database is the reason why it fails, and for nothing else.
public sealed class DatabaseWaitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];
    private int _calls;

    public static TheoryData<Exception> Passing =>
    [
        new NpgsqlException("Failed to connect to 10.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused)),
        new NpgsqlException("Exception while reading from stream", new EndOfStreamException()),
        new NpgsqlException("The operation has timed out", new TimeoutException()),
        Refusal(PostgresErrorCodes.TooManyConnections),
        Refusal(PostgresErrorCodes.CannotConnectNow),
        Refusal(PostgresErrorCodes.AdminShutdown),
        Refusal(PostgresErrorCodes.QueryCanceled),
        Refusal(PostgresErrorCodes.LockNotAvailable),
        new InvalidOperationException("Orleans wraps it.", Refusal(PostgresErrorCodes.CannotConnectNow)),
    ];

    public static TheoryData<Exception> Lasting =>
    [
        Refusal(PostgresErrorCodes.InvalidPassword),
        Refusal(PostgresErrorCodes.InvalidCatalogName),
        Refusal(PostgresErrorCodes.InsufficientPrivilege),
        new StartupException("The database is too new.", ExitCodes.Environment),
        new NpgsqlException("The remote certificate was rejected", new InvalidOperationException()),
    ];

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task What_passes_is_waited_for_and_said_once(Exception error)
    {
        var started = RunAsync(Timeout.InfiniteTimeSpan, () => _calls < 5 ? error : null);
        await PassTimeAsync(started);

        Assert.Equal((5, 5), (await started, _calls));
        Assert.StartsWith("Waiting for the database. ", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lasting), DisableDiscoveryEnumeration = true)]
    public async Task What_does_not_pass_ends_the_start_at_once(Exception error)
    {
        Assert.Same(error, await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(Timeout.InfiniteTimeSpan, () => error)));

        Assert.Equal(1, _calls);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_limit_ends_the_wait()
    {
        var error = Refusal(PostgresErrorCodes.TooManyConnections);
        var started = RunAsync(TimeSpan.FromSeconds(10), () => error);
        await PassTimeAsync(started);

        Assert.Same(error, await Assert.ThrowsAsync<PostgresException>(() => started));
        Assert.InRange(_calls, 2, 10);
    }

    private async Task PassTimeAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private static PostgresException Refusal(string state) => new("refused", "FATAL", "FATAL", state);

    private Task<int> RunAsync(TimeSpan limit, Func<Exception?> error) => new DatabaseWait(
        limit, e => e.Message, _said.Add, _time).RunAsync(
        () =>
        {
            _calls++;
            return error() is { } e ? Task.FromException<int>(e) : Task.FromResult(_calls);
        },
        TestContext.Current.CancellationToken);
}
