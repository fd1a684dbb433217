using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class MarkedInS3Tests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_of_a_table_in_S3_are_marked()
    {
        var server = await RadosGateway.OfTheRunAsync();
        var lake = server.NewAddress();
        _fixture.Delta.Options.Lake = lake;
        _fixture.Delta.Options.S3 = server.Options();
        using var sink = _fixture.Delta.NewSink();

        string[] selects =
            ["SELECT range AS id, 0 AS v FROM range(1000)", "SELECT unnest([3, 4]) AS id, 1 AS v", "SELECT 4 AS id, 2 AS v"];
        foreach (var select in selects)
        {
            await _fixture.Delta.ApplyAsync(_fixture.BatchOf(select), sink: sink);
        }

        var reader = DeltaReader.OnS3($"{server.HttpOf(lake)}/7/flights", server.AccessKey, server.SecretKey);
        Assert.Equal("1000\t499500\t3", await reader.SelectAsync("count(), sum(id), sum(v)"));
        var snapshot = await new DeltaTable(server.Store(lake).Below("7/flights"), new(), TimeProvider.System).ReadAsync(null, Ct);
        Assert.Equal(2, snapshot!.Files.Values.Single(f => f.DeletionVector is not null).DeletionVector!.Cardinality);
    }
}
