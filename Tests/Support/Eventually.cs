using System.Globalization;

namespace OrleansBatch.Tests.Support;

// Waits for the work of another process or thread, instead of sleeping for as long as that might take.
public static class Eventually
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<Task<bool>> condition, TimeSpan within, string because) =>
        LookAsync(async () => (await condition(), "it is not so"), within, because);

    // The failure also names the last value.
    public static Task EqualsAsync<T>(T expected, Func<Task<T>> actual, TimeSpan within, string because) =>
        LookAsync(
            async () =>
            {
                var value = await actual();
                return (EqualityComparer<T>.Default.Equals(expected, value), $"expected {expected}, actual {value}");
            },
            within,
            because);

    private static async Task LookAsync(Func<Task<(bool Met, string State)>> look, TimeSpan within, string because)
    {
        var started = TimeProvider.System.GetTimestamp();
        var token = TestContext.Current.CancellationToken;
        for (var looks = 1; ; looks++)
        {
            var (met, state) = await look().WaitAsync(within, token);
            if (met)
            {
                return;
            }

            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Expected within {within.TotalSeconds} s: {because}. After {looks} looks {state}."));
            }

            await Task.Delay(_lookEvery, token);
        }
    }
}
