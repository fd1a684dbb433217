using Microsoft.Extensions.Time.Testing;
using OrleansBatch.Grains.Interfaces.Clients;

namespace OrleansBatch.Tests.Unit.Hosting;

// A client's call that meets a vanished silo is made again. What the queue refuses is not.
public sealed class RepeatedCallsTests
{
    private readonly FakeTimeProvider _time = new();
    private int _tries;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_repeated_until_a_silo_answers()
    {
        var call = RunAsync(_ => _tries < 4 ? throw new SiloUnavailableException("gone") : Task.FromResult(_tries));
        await PassTimeAsync(call);

        Assert.Equal(4, await call);
    }

    [Fact]
    public async Task A_try_without_an_answer_is_given_up_and_cancelled()
    {
        var cancelled = false;
        var call = RunAsync(token =>
        {
            token.Register(() => cancelled = true);
            return _tries < 2 ? new TaskCompletionSource<int>().Task : Task.FromResult(_tries);
        });
        await PassTimeAsync(call);

        Assert.Equal((2, true), (await call, cancelled));
    }

    [Fact]
    public async Task A_refusal_is_the_answer()
    {
        await Assert.ThrowsAsync<EnqueueRefusedException>(() => RunAsync(_ => throw new EnqueueRefusedException("OB001", "no", null)));

        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task A_cluster_that_stays_away_ends_the_tries()
    {
        var call = RunAsync(_ => throw new SiloUnavailableException("gone"));
        await PassTimeAsync(call);

        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        Assert.InRange(_tries, 10, 100);
    }

    private Task<int> RunAsync(Func<CancellationToken, Task<int>> call) => new RepeatedCalls { Time = _time }.RunAsync(
        token =>
        {
            _tries++;
            return call(token);
        },
        Ct);

    private async Task PassTimeAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Ct);
        }
    }
}
