using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Tests.Unit.Delta;

// What keeps rows from being marked, or from being told from marked ones.
public sealed class RowNumberColumnTests : IDisposable
{
    private readonly MarkedFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_vector_that_is_gone_holds_the_group_up()
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");
        File.Delete(Assert.Single(_fixture.VectorPaths()));

        var error = await Assert.ThrowsAsync<SinkNotReadyException>(() => _fixture.UpsertAsync("SELECT 1 AS id"));

        Assert.Contains(".bin is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_with_the_name_of_the_rows_places_keeps_rows_from_being_marked()
    {
        await _fixture.UpsertAsync("SELECT range AS id, 5 AS File_Row_Number FROM range(1000)");

        await _fixture.UpsertAsync("SELECT 1 AS id, 6 AS File_Row_Number");

        Assert.Empty(_fixture.VectorPaths());
        Assert.Equal("1000\t5001", await _fixture.Delta.Reader.SelectAsync("count(), sum(File_Row_Number)"));
    }

    [Theory]
    [InlineData(SyncType.Append)]
    [InlineData(SyncType.Incremental)]
    public async Task A_table_with_marked_rows_takes_no_column_with_that_name(SyncType type)
    {
        await _fixture.UpsertAsync("SELECT range AS id FROM range(1000)");
        await _fixture.UpsertAsync("SELECT 1 AS id");

        var error = await _fixture.Delta.RefusedAsync(_fixture.BatchOf("SELECT 1 AS id, 2 AS file_row_number", type));

        Assert.Contains("a column file_row_number", error.Message, StringComparison.Ordinal);
    }
}
