using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Probe;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Probe;

public sealed class NoOpProbeTests : IDisposable
{
    // Nobody listens there.
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Username=nobody;Database=none";

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_ledger_the_probe_needs_no_database()
    {
        await using var services = Services(new ProbeSinkOptions { Ledger = false });

        Assert.True(Apply(services, "{}").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Without_a_ledger_the_probe_still_sleeps_on_order_and_can_be_cancelled()
    {
        await using var services = Services(new ProbeSinkOptions { Ledger = false });
        using var cancel = new CancellationTokenSource();

        await Apply(services, """{"probe": {"sleep_ms": 20}}""");
        var cancelled = Task.Run(
            () => Apply(services, """{"probe": {"sleep_ms": 600000}}""", cancel), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task The_moments_of_starts_are_in_the_file_once_the_silo_has_stopped()
    {
        var file = _directory.Combine("starts");
        var services = Services(new ProbeSinkOptions { Ledger = false, StartsFile = file });
        var before = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(3));
        await Apply(services, "{}");
        Assert.False(File.Exists(file));
        await services.DisposeAsync();

        var words = Assert.Single(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Split(' ');
        Assert.Equal([$"{Guid.Empty}", "7"], words[..2]);
        Assert.Equal(TimeSpan.FromMilliseconds(3), _time.GetElapsedTime(before, long.Parse(words[2], CultureInfo.InvariantCulture)));
    }

    private ServiceProvider Services(ProbeSinkOptions options) =>
        new ServiceCollection().AddSingleton<TimeProvider>(_time).AddProbeSink(NoDatabase, "test", 1, options).BuildServiceProvider();

    private static Task<BatchResult> Apply(ServiceProvider services, string metadata, CancellationTokenSource? cancel = null)
    {
        var batch = TestBatch.Of(new GroupKey(1, "orders"), "x", 7) with { Metadata = metadata };
        return services.GetRequiredKeyedService<IBatchSink>(ProbeSinkRegistration.Name).ApplyAsync(
            TestBatch.Call(batch), cancel?.Token ?? TestContext.Current.CancellationToken);
    }
}
