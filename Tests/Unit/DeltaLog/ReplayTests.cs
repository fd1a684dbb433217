using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class ReplayTests : IDisposable
{
    private const string Start =
        """
        {"commitInfo":{"timestamp":"not a number","operation":17,"anything":[{"else":1}]}}
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2,"later":true}}
        {"metaData":{"id":"x","format":{"provider":"parquet"},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","configuration":{}}}

        """;

    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Actions_and_members_that_are_unknown_are_passed_over()
    {
        Write(0, Start + """
            {"cdc":{"path":"_change_data/c","size":1,"partitionValues":{},"dataChange":false}}
            {"domainMetadata":{"domain":"d","configuration":"{}","removed":false}}
            {"tomorrow":{"path":"x"}}

            {"add":{"path":"a","partitionValues":{"p":null,"q":""},"size":5,"modificationTime":1,"clusteringProvider":"x"}}
            """);

        var snapshot = await _fixture.ReadAsync();

        Assert.Equal(["a"], snapshot.Files.Keys);
        Assert.Null(snapshot.Files["a"].PartitionValues["p"]);
        Assert.Equal("", snapshot.Files["a"].PartitionValues["q"]);
        Assert.Null(snapshot.Rows);
        Assert.Equal(5, snapshot.Bytes);
    }

    [Fact]
    public async Task Paths_are_decoded_once_and_a_local_file_has_one_name()
    {
        Write(0, Start + """
            {"add":{"path":"p=a%252Fb/x%20y","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}
            {"add":{"path":"/some/a%20b","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}
            {"add":{"path":"s3://bucket/a%20b","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}
            """);
        Write(1, """{"remove":{"path":"file:///some/a%20b","deletionTimestamp":1,"dataChange":true}}""");

        var snapshot = await _fixture.ReadAsync();

        Assert.Equal(["p=a%2Fb/x y", "s3://bucket/a b"], snapshot.Files.Keys.Order());
        Assert.True(snapshot.Files["s3://bucket/a b"].IsAbsolute);
        Assert.False(snapshot.Files["p=a%2Fb/x y"].IsAbsolute);
    }

    [Fact]
    public async Task A_file_that_comes_back_is_no_tombstone_any_more()
    {
        const string Add = """{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}""";
        Write(0, Start + Add);
        Write(1, """{"remove":{"path":"a","deletionTimestamp":1,"dataChange":true}}""");
        Write(2, Add);

        var snapshot = await _fixture.ReadAsync();

        Assert.Equal((1, 0, 1L), (snapshot.Files.Count, snapshot.Tombstones.Count, snapshot.Bytes));
    }

    [Fact]
    public async Task A_table_with_files_elsewhere_is_not_written()
    {
        Write(0, Start + """{"add":{"path":"/elsewhere/a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}""");

        var error = Assert.Throws<DeltaLogException>((await _fixture.ReadAsync()).RequireWritable);

        Assert.Contains("outside of its own directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latest_version_of_an_application_counts_even_when_it_is_lower()
    {
        Write(0, Start + """{"txn":{"appId":"a","version":5}}""");
        Write(1, """{"txn":{"appId":"a","version":3,"lastUpdated":1000}}""");

        var transaction = (await _fixture.ReadAsync()).Transactions["a"];

        Assert.Equal((3, DateTimeOffset.FromUnixTimeMilliseconds(1000)), (transaction.Version, transaction.LastUpdated));
    }

    [Fact]
    public async Task Applications_expire_by_the_tables_property_and_those_without_a_time_never()
    {
        var old = _fixture.Time.GetUtcNow().AddDays(-3).ToUnixTimeMilliseconds();
        Write(0, Start.Replace("\"configuration\":{}", "\"configuration\":{\"delta.setTransactionRetentionDuration\":\"interval 2 days\"}",
            StringComparison.Ordinal) + $$$"""
            {"txn":{"appId":"old","version":5,"lastUpdated":{{{old}}}}}
            {"txn":{"appId":"young","version":5,"lastUpdated":{{{old + 86400000 * 2}}}}}
            {"txn":{"appId":"for ever","version":5}}
            """);

        Assert.Equal(["for ever", "young"], (await _fixture.ReadAsync()).Transactions.Keys.Order());
    }

    [Theory]
    [InlineData("not json", "Line 2 of _delta_log/00000000000000000001.json")]
    [InlineData("""{"add":{"partitionValues":{},"size":1}}""", "has no path")]
    [InlineData("""{"txn":{"appId":"a","version":"five"}}""", "no whole number")]
    public async Task A_commit_that_cant_be_read_is_named_with_its_line(string line, string said)
    {
        Write(0, Start);
        Write(1, "{\"txn\":{\"appId\":\"a\",\"version\":1}}\n" + line);

        var error = await DamagedAsync();

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(_fixture.Directory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_that_is_too_new_is_the_reason_even_when_the_rest_cant_be_read()
    {
        Write(0, Start);
        Write(1, """{"protocol":{"minReaderVersion":4,"minWriterVersion":8}}""" + "\n" + """{"add":{"new":"form"}}""");

        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.ReadAsync(null, TableFixture.Token));

        Assert.Equal(DeltaLogTrouble.NotSupported, error.Trouble);
        Assert.Contains("reader version 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_missing_in_the_middle_is_refused()
    {
        await _fixture.CreateAsync(4);
        File.Delete(_fixture.CommitPath(2));

        Assert.Contains("version 2 is missing, and version 3 is there", (await DamagedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_snapshot_does_not_end_before_a_version_that_is_missing()
    {
        await _fixture.CreateAsync(4);
        var known = await _fixture.Table.ReadAtAsync(1, TableFixture.Token);
        File.Delete(_fixture.CommitPath(2));
        _fixture.Time.Advance(TimeSpan.FromHours(1));

        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.ReadAsync(known, TableFixture.Token));

        Assert.Contains("version 2 is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_its_beginning_is_refused()
    {
        await _fixture.CreateAsync(3);
        File.Delete(_fixture.CommitPath(0));

        Assert.Contains("first commits are gone", (await DamagedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_version_is_read_as_it_was()
    {
        var first = await _fixture.CreateAsync(1);
        var second = await _fixture.CommitAsync(first, TableFixture.Write(TableFixture.Named("1")));
        await _fixture.CommitAsync(second, TableFixture.Write(TableFixture.Named("2")));

        Assert.Equal(SnapshotText.Of(second), SnapshotText.Of((await _fixture.Table.ReadAtAsync(1, TableFixture.Token))!));
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.ReadAtAsync(3, TableFixture.Token));
        Assert.Equal(DeltaLogTrouble.NoSuchVersion, error.Trouble);
    }

    [Fact]
    public async Task A_line_longer_than_any_buffer_is_read_from_a_file()
    {
        var adds = Enumerable.Range(0, 5).Select(i => TableFixture.Named($"{new string('x', 3_000_000)}{i}"));
        var written = await _fixture.CommitAsync(null, TableFixture.Creation([.. adds]));

        Assert.Equal(SnapshotText.Of(written), SnapshotText.Of(await _fixture.ReadAsync()));
    }

    private void Write(long version, string text) => _fixture.WriteLog($"{version:D20}.json", text);

    private async Task<DeltaLogException> DamagedAsync()
    {
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Open().ReadAsync(null, TableFixture.Token));
        Assert.Equal(DeltaLogTrouble.Damaged, error.Trouble);
        return error;
    }
}
