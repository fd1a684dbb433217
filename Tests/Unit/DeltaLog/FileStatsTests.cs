using System.Text.Json;

using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class FileStatsTests
{
    [Fact]
    public void Statistics_are_read_as_they_were_made()
    {
        var made = FileStats.Create(
            7,
            [
                KeyValuePair.Create("id", new ColumnStats(Json(1), Json(5), 0)),
                KeyValuePair.Create("unsure", new ColumnStats(null, null, null)),
                KeyValuePair.Create("text", new ColumnStats(Json("a"), null, 3)),
            ]);

        var read = FileStats.Parse(made.ToJson())!;

        Assert.Equal(
            """{"numRecords":7,"minValues":{"id":1,"text":"a"},"maxValues":{"id":5},"nullCount":{"id":0,"text":3}}""", made.ToJson());
        Assert.Equal(7, read.NumRecords);
        Assert.Equal(["id", "text"], read.ReadColumns().Keys.Order());
        Assert.Equal(5, read.ReadColumns()["id"].Max!.Value.GetInt32());
        Assert.Null(read.ReadColumns()["text"].Max);
    }

    // Such as ClickHouse writes.
    [Theory]
    [InlineData("""{"stats_json":"{\"numRecords\":1}"}""")]
    [InlineData("""{"numRecords":"1"}""")]
    [InlineData("""{"numRecords":-1}""")]
    [InlineData("""{"numRecords":1.5}""")]
    [InlineData("{}")]
    public void Rows_that_are_not_told_are_unknown(string json) => Assert.Null(FileStats.Parse(json)!.NumRecords);

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"minValues":""")]
    public void What_cant_be_read_is_no_statistics(string json) => Assert.Null(FileStats.Parse(json));

    [Theory]
    [InlineData("""{"numRecords":1,"minValues":5,"maxValues":[1],"nullCount":{"id":-1}}""")]
    [InlineData("""{"numRecords":1,"minValues":{"id":{"part":1}},"nullCount":{"id":{"part":0}}}""")]
    [InlineData("""{"numRecords":1,"minValues":{"id":1}""")]
    public void What_is_said_otherwise_of_a_column_is_left_out(string json) => Assert.Empty(FileStats.Parse(json)!.ReadColumns());

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}
