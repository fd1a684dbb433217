using System.Text.Json.Nodes;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.History;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class HistoryTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Commits_come_the_newest_first_with_what_they_changed()
    {
        var first = await _fixture.CommitAsync(null, TableFixture.Creation(TableFixture.Named("0", 3), TableFixture.Named("1", 4)));
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await _fixture.CommitAsync(first, TableFixture.Write(TableFixture.Named("2")) with
        {
            Info = new("OPTIMIZE") { Custom = new JsonObject { ["run_id"] = "r" } },
            Removes = [RemoveFile.Of(first.Files["0"], _fixture.Time.GetUtcNow())],
        });

        var history = await ReadAsync(10);

        Assert.Equal([(1, "OPTIMIZE", 1, 1), (0, "CREATE TABLE", 2, 0)],
            history.Select(h => ((int)h.Version, h.Operation, h.FilesAdded, h.FilesRemoved)));
        Assert.Equal((7, 20), (history[1].RowsAdded, history[1].BytesAdded));
        Assert.Equal("r", (string?)JsonNode.Parse(history[0].Info!)!["run_id"]);
        Assert.Equal(TimeSpan.FromMinutes(1), history[0].Timestamp - history[1].Timestamp);
    }

    [Fact]
    public async Task No_more_than_asked_for_are_read()
    {
        await _fixture.CreateAsync(5);
        File.WriteAllText(_fixture.CommitPath(2), "can't be read");

        Assert.Equal([4, 3], (await ReadAsync(2)).Select(h => h.Version));
    }

    [Fact]
    public async Task A_commit_that_says_nothing_has_the_stores_time()
    {
        _fixture.WriteLog($"{0:D20}.json", """{"add":{"path":"a","partitionValues":{},"size":5,"modificationTime":1,"dataChange":true}}""");
        File.SetLastWriteTimeUtc(_fixture.CommitPath(0), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var summary = Assert.Single(await ReadAsync(1));

        Assert.Equal(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), summary.Timestamp);
        Assert.Null(summary.Operation);
        Assert.Null(summary.Info);
        Assert.Null(summary.RowsAdded);
    }

    private async Task<List<CommitSummary>> ReadAsync(int limit)
    {
        var history = new List<CommitSummary>();
        await foreach (var summary in _fixture.Table.HistoryAsync(limit, TableFixture.Token))
        {
            history.Add(summary);
        }

        return history;
    }
}
