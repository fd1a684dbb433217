namespace OrleansBatch.Tests.Support;

// A batch to enqueue. Its run is another one in each team, so that several teams can get the same batches.
public sealed record TestEntry(
    string Schema, Guid Run, int Index, string? Path = "x", bool Final = false, string SyncType = "append", string? Keys = null,
    string Options = "{}")
{
    public Guid RunOf(long team)
    {
        var bytes = Run.ToByteArray();
        BitConverter.TryWriteBytes(bytes, (int)(BitConverter.ToInt32(bytes) ^ team));
        return new Guid(bytes);
    }
}
