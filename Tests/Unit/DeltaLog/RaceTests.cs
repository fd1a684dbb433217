using System.Collections.Concurrent;

using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class RaceTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Of_several_writers_each_version_has_one_winner_and_losers_see_its_actions()
    {
        const int Writers = 6;
        const int Commits = 15;
        await _fixture.CreateAsync(1);
        var winners = new ConcurrentDictionary<long, string>();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer, Commits, winners))));

        var end = await _fixture.ReadAsync();
        Assert.Equal(Writers * Commits, end.Version);
        Assert.Equal(Enumerable.Range(1, Writers * Commits).Select(v => (long)v), winners.Keys.Order());
        Assert.Equal(winners.Values.Append("0").Order(), end.Files.Keys.Order());
        Assert.All(Enumerable.Range(0, Writers), writer => Assert.Equal(Commits - 1, end.Transactions[$"writer{writer}"].Version));
    }

    private async Task WriteAsync(int writer, int commits, ConcurrentDictionary<long, string> winners)
    {
        var table = _fixture.Open(new DeltaLogOptions { CheckpointInterval = 7 });
        var snapshot = await table.ReadAsync(null, TableFixture.Token);
        for (var i = 0; i < commits;)
        {
            var name = $"{writer}-{i}";
            var commit = TableFixture.Write(TableFixture.Named(name)) with { Transactions = [new Transaction($"writer{writer}", i)] };
            var outcome = await table.TryCommitAsync(snapshot, commit, TableFixture.Token);
            if (outcome.IsCommitted)
            {
                Assert.True(winners.TryAdd(outcome.Snapshot.Version, name), $"Version {outcome.Snapshot.Version} has two winners.");
                snapshot = (await table.MaintainAsync(outcome.Snapshot, TableFixture.Token)).Snapshot;
                i++;
                continue;
            }

            var lost = snapshot!.Version + 1;
            snapshot = await table.ReadAsync(snapshot, TableFixture.Token);
            Assert.True(snapshot!.Version >= lost, "The winner's commit is not seen.");
            Assert.Equal(snapshot.Version + 1, snapshot.Files.Count);
        }
    }
}
