namespace OrleansBatch.Drill.Faults;

// Sees the bytes of one connection. An answer of false ends the connection, and the bytes go nowhere.
internal interface ITap
{
    Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    Task<bool> AnswerAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);
}
