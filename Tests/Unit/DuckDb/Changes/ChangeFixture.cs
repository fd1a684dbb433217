using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

// One table of change events with the columns op, id, lsn and name.
internal sealed class ChangeFixture : IDisposable
{
    private long _seq;

    public SinkFixture Sink { get; } = new();

    public Cdc Rules { get; set; } = new() { Operation = "op", Sequence = "lsn" };

    public string[] Keys { get; set; } = ["id"];

    public static string File(string values) => $"SELECT op, id, lsn, name::VARCHAR AS name FROM (VALUES {values}) AS t(op, id, lsn, name)";

    public static string File(IEnumerable<Change> changes) => File(string.Join(", ", changes));

    // Takes rows as VALUES has them.
    public Task<BatchResult> ApplyAsync(string values) => ApplyFileAsync(File(values));

    public Task<BatchResult> ApplyFileAsync(string select) => Sink.ApplyAsync(Next(select));

    public async Task<int> ApplyWindowAsync(IEnumerable<Batch> batches) => (await Sink.Sink.ApplyWindowAsync(
        [.. batches.Select(b => TestBatch.Call(b))], TimeSpan.MaxValue, TestContext.Current.CancellationToken)).Count;

    public Batch Next(string select, SyncType type = SyncType.Cdc) =>
        Sink.BatchOf(++_seq, select, type, Keys) with { Cdc = type == SyncType.Cdc ? Rules : null };

    // Replaces the table by the rows of a file.
    public async Task RefreshAsync(string select)
    {
        var run = Sink.Run;
        Sink.Run = Guid.NewGuid();
        await Sink.ApplyAsync(Next(select, SyncType.FullRefresh));
        await Sink.EndAsync(RunEnd.Sealed, _seq);
        Sink.Run = run;
    }

    // The batch's seq is free again afterwards.
    public async Task<string> RefusedAsync(string select)
    {
        var message = (await Sink.RefusedAsync(Next(select))).Message;
        _seq--;
        return message;
    }

    public Task<string> RowsAsync(string? select = null) => Sink.RowsAsync(select);

    public Task<string> HistoryAsync() =>
        Sink.RowsAsync("SELECT id, name, valid_from, valid_to FROM flights_history ORDER BY ALL");

    public void Dispose() => Sink.Dispose();
}
