using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Schema;
using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class WriterCheckTests : IDisposable
{
    private readonly TableFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("rowTracking")]
    [InlineData("domainMetadata")]
    [InlineData("clustering")]
    [InlineData("icebergCompatV1")]
    [InlineData("icebergCompatV2")]
    [InlineData("icebergCompatV3")]
    [InlineData("v2Checkpoint")]
    [InlineData("variantType")]
    [InlineData("collations")]
    [InlineData("checkpointProtection")]
    [InlineData("coordinatedCommits-preview")]
    [InlineData("neverHeardOf")]
    public Task A_feature_that_is_not_kept_is_refused_before_anything_is_written(string feature) =>
        RefusedAsync(Features(feature), TableFixture.Metadata, feature);

    [Theory]
    [InlineData("delta.enableChangeDataFeed", "true", 4, "changeDataFeed")]
    [InlineData("delta.constraints.positive", "id > 0", 3, "checkConstraints")]
    [InlineData("delta.columnMapping.mode", "name", 5, "columnMapping")]
    public Task A_legacy_feature_that_is_used_is_refused(string property, string value, int writerVersion, string feature) =>
        RefusedAsync(new DeltaProtocol(1, writerVersion), WithProperty(property, value), feature);

    [Theory]
    [InlineData("""{"delta.invariants":"{}"}""", "invariants")]
    [InlineData("""{"delta.generationExpression":"id + 1"}""", "generatedColumns")]
    [InlineData("""{"delta.identity.start":1}""", "identityColumns")]
    public Task A_column_that_the_writer_would_have_to_compute_or_check_is_refused(string metadata, string feature)
    {
        var part = new DeltaField("x", new PrimitiveType("long"), true, metadata);
        var schema = new DeltaSchema([new DeltaField("s", new StructType([part]))]);
        return RefusedAsync(new DeltaProtocol(1, 6), TableFixture.Metadata with { SchemaString = schema.ToJson() }, feature);
    }

    [Theory]
    [InlineData("inCommitTimestamp", "delta.enableInCommitTimestamps")]
    [InlineData("changeDataFeed", "delta.enableChangeDataFeed")]
    [InlineData("typeWidening", "delta.enableTypeWidening")]
    public async Task A_feature_is_refused_where_it_is_used_and_taken_where_it_is_only_listed(string feature, string property)
    {
        await RefusedAsync(Features(feature), WithProperty(property, "true"), feature);

        var listed = Create(Features(feature), TableFixture.Metadata);
        Assert.True((await _fixture.Table.TryCommitAsync(null, listed, TableFixture.Token)).IsCommitted);
    }

    [Theory]
    [InlineData(4, 7, "reader version 4")]
    [InlineData(1, 8, "writer version 8")]
    public Task A_protocol_that_is_too_new_is_refused(int reader, int writer, string said) =>
        RefusedAsync(new DeltaProtocol(reader, writer), TableFixture.Metadata, said);

    [Fact]
    public Task Other_files_than_Parquet_are_refused() =>
        RefusedAsync(DeltaProtocol.Plain, TableFixture.Metadata with { Provider = "orc" }, "orc");

    [Fact]
    public async Task A_table_that_somebody_else_made_is_refused_as_well()
    {
        _fixture.WriteLog(
            $"{0:D20}.json",
            """
            {"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["rowTracking"]}}
            {"metaData":{"id":"x","format":{"provider":"parquet"},"schemaString":"{\"type\":\"struct\",\"fields\":[]}"}}
            """);
        var snapshot = await _fixture.ReadAsync();

        var error = await Assert.ThrowsAsync<DeltaLogException>(
            () => _fixture.Table.TryCommitAsync(snapshot, TableFixture.Write(), TableFixture.Token));

        Assert.Contains("rowTracking (rows with lasting ids)", error.Message, StringComparison.Ordinal);
        Assert.Contains(_fixture.Directory, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_fixture.CommitPath(1)));
    }

    [Theory]
    [InlineData("catalogManaged", "kept by a catalog")]
    [InlineData("catalogOwned-preview", "kept by a catalog")]
    [InlineData("neverHeardOf", "unknown here")]
    public async Task A_feature_that_changes_what_the_log_means_is_not_even_read(string feature, string said)
    {
        var (versions, features) = ("\"minReaderVersion\":3,\"minWriterVersion\":7", $"""["{feature}"]""");
        _fixture.WriteLog(
            $"{0:D20}.json",
            $$$"""{"protocol":{{{{versions}}},"readerFeatures":{{{features}}},"writerFeatures":{{{features}}}}}""");

        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.ReadAsync(null, TableFixture.Token));

        Assert.Equal(DeltaLogTrouble.NotSupported, error.Trouble);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_only_grows_keeps_its_rows_and_may_be_compacted()
    {
        var first = await _fixture.CommitAsync(
            null, TableFixture.Creation(TableFixture.Named("0")) with { Metadata = WithProperty("delta.appendOnly", "true") });
        var compaction = TableFixture.Write(TableFixture.Named("1")) with
        {
            Removes = [RemoveFile.Of(first.Files["0"], _fixture.Time.GetUtcNow())],
        };

        var error = await Assert.ThrowsAsync<DeltaLogException>(() => _fixture.Table.TryCommitAsync(first, compaction, TableFixture.Token));
        Assert.Contains("delta.appendOnly", error.Message, StringComparison.Ordinal);

        Assert.True((await _fixture.Table.TryCommitAsync(first, compaction with { DataChange = false }, TableFixture.Token)).IsCommitted);
    }

    private static DeltaProtocol Features(string feature) => new(1, 7, null, [feature]);

    private static Commit Create(DeltaProtocol protocol, DeltaMetadata metadata) =>
        TableFixture.Creation() with { Protocol = protocol, Metadata = metadata };

    private static DeltaMetadata WithProperty(string name, string value) =>
        TableFixture.Metadata with { Configuration = new Dictionary<string, string?> { [name] = value } };

    private async Task RefusedAsync(DeltaProtocol protocol, DeltaMetadata metadata, string said)
    {
        var error = await Assert.ThrowsAsync<DeltaLogException>(
            () => _fixture.Table.TryCommitAsync(null, Create(protocol, metadata), TableFixture.Token));

        Assert.Equal(DeltaLogTrouble.NotSupported, error.Trouble);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Directory));
    }
}
