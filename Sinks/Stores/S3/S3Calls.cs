using Amazon.Runtime;

namespace OrleansBatch.Sinks.Stores.S3;

// Runs the calls of one store: passing trouble is tried again after a pause of random length, a bounded number of times.
internal sealed class S3Calls(string address, S3Service service)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    public async Task<T> RunAsync<T>(Func<S3Attempt, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (var now = new S3Attempt(service.Options, cancellationToken))
            {
                try
                {
                    return await call(now);
                }
                catch (Exception error) when (IsOfTheStore(error))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (S3Trouble.IsOfCredentials(error))
                    {
                        service.ForgetCredentials();
                    }

                    if (attempt >= service.Options.MaxAttempts || !S3Trouble.IsWorthAnotherAttempt(error))
                    {
                        throw S3Trouble.Of(error, address);
                    }
                }
            }

            await Task.Delay(PauseAfter(attempt), service.Options.Time, cancellationToken);
        }
    }

    public static bool IsOfTheStore(Exception error) => error
        is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException
        or TimeoutException;

    private static TimeSpan PauseAfter(int attempt)
    {
        var most = _firstPause * Math.Pow(2, attempt - 1);
        return (most < _longestPause ? most : _longestPause) * ((Random.Shared.NextDouble() / 2) + 0.5);
    }
}
