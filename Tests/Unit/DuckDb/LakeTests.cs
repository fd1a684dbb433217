using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.DuckDb;

namespace OrleansBatch.Tests.Unit.DuckDb;

public sealed class LakeTests : IDisposable
{
    private readonly SinkFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Files_are_listed_by_team_and_schema_with_their_rows()
    {
        foreach (var group in new[] { new GroupKey(10, "b"), new GroupKey(9, "b"), new GroupKey(9, "a") })
        {
            _fixture.Group = group;
            await _fixture.ApplyAsync(_fixture.BatchOf(1, "FROM range(4)"));
            await _fixture.Sink.ReleaseAsync(group, TestContext.Current.CancellationToken);
        }

        var files = new Lake(_fixture.Options.LakeDirectory).ListFiles();

        Assert.Equal(["9/a=4", "9/b=4", "10/b=4"], files.Select(f => $"{f.Group}={f.Rows}"));
    }

    [Fact]
    public async Task A_file_in_use_is_listed_without_rows_and_refuses_queries()
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));
        var lake = new Lake(_fixture.Options.LakeDirectory);

        Assert.Null(Assert.Single(lake.ListFiles()).Rows);
        Assert.Contains("in use", Assert.Throws<IOException>(() => lake.CountRows(_fixture.Group)).Message, StringComparison.Ordinal);
        await _fixture.Sink.ReleaseAsync(_fixture.Group, TestContext.Current.CancellationToken);
        Assert.Equal(1, lake.CountRows(_fixture.Group));
    }

    [Theory]
    [InlineData("DELETE FROM flights")]
    [InlineData("FROM read_csv('/etc/passwd')")]
    [InlineData("COPY flights TO 'leak.csv'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("SET memory_limit = '10GB'")]
    [InlineData("nonsense")]
    public async Task A_query_only_reads_and_only_the_file(string sql)
    {
        await _fixture.ApplyAsync(_fixture.BatchOf(1, "SELECT 1 AS id"));

        await Assert.ThrowsAsync<IOException>(() => _fixture.RowsAsync(sql));

        Assert.Equal("1", await _fixture.RowsAsync());
    }

    [Fact]
    public void A_group_without_a_file_can_not_be_read() =>
        Assert.Throws<FileNotFoundException>(() => new Lake(_fixture.Options.LakeDirectory).CountRows(_fixture.Group));

    [Fact]
    public void The_sink_is_registered_under_its_name()
    {
        using var services = new ServiceCollection().AddDuckDbSink(o => o.Threads = 2).BuildServiceProvider();

        var sink = services.GetRequiredKeyedService<IBatchSink>("duckdb");

        Assert.IsType<DuckDbSink>(sink);
        Assert.Same(sink, services.GetRequiredKeyedService<IBatchSink>("duckdb"));
    }

    [Fact]
    public void Wrong_settings_are_refused_with_a_sentence_each()
    {
        using var services = new ServiceCollection()
            .AddDuckDbSink(o =>
                (o.Threads, o.MemoryLimitMegabytes, o.LakeDirectory, o.InputRoots, o.NotReadyRetry) = (0, 1, "", [""], default))
            .BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<DuckDbSinkOptions>>().Value);

        Assert.Equal(5, error.Failures.Count());
    }
}
