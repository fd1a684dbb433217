namespace OrleansBatch.Tests.Support;

// The answers of a silo's port of health and metrics, as an orchestrator sees them.
public sealed class SiloHttp(string port) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(5) };

    public Task<(int Status, string Text)> LiveAsync() => GetAsync("/health/live");

    public Task<(int Status, string Text)> ReadyAsync() => GetAsync("/health/ready");

    public async Task<string> MetricsAsync() => (await GetAsync("/metrics")).Text;

    public async Task<int> StatusAsync() => (await ReadyAsync()).Status;

    public void Dispose() => _client.Dispose();

    // Status 0 says that nobody listens.
    private async Task<(int Status, string Text)> GetAsync(string path)
    {
        try
        {
            using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return (0, "");
        }
    }
}
