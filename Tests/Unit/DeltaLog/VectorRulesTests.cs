using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class VectorRulesTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("no removal", "is in the table")]
    [InlineData("the same vector", "more rows marked")]
    [InlineData("fewer rows", "more rows marked")]
    [InlineData("no vector", "more rows marked")]
    [InlineData("tight bounds", "wide bounds")]
    [InlineData("no count", "wide bounds")]
    [InlineData("all rows", "wide bounds")]
    [InlineData("an old removal", "is in the table")]
    [InlineData("no property", "the property delta.enableDeletionVectors")]
    [InlineData("no feature", "the feature deletionVectors")]
    public async Task A_commit_that_breaks_a_rule_of_vectors_is_not_written(string what, string said)
    {
        var snapshot = await MarkedFiles.CreateAsync(_fixture);
        var present = snapshot.Files["0"];
        var more = MarkedFiles.Marked(present, 3);
        var commit = MarkedFiles.Replace(present, what switch
        {
            "the same vector" => present,
            "fewer rows" => MarkedFiles.Marked(present, 1),
            "no vector" => present with { DeletionVector = null },
            "tight bounds" => more with { Stats = FileStats.Create(10, []) },
            "no count" => more with { Stats = null },
            "all rows" => MarkedFiles.Marked(present, 10),
            _ => more,
        });
        commit = what switch
        {
            "no removal" => commit with { Removes = [] },
            "an old removal" => commit with { Removes = [RemoveFile.Of(present with { DeletionVector = null }, DateTimeOffset.UnixEpoch)] },
            "no property" => commit with { Metadata = TableFixture.Metadata },
            "no feature" => commit with { Protocol = DeltaProtocol.Plain },
            _ => commit,
        };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => _fixture.Table.TryCommitAsync(snapshot, commit, TableFixture.Token));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.CommitPath(2)));
    }
}
