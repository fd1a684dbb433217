namespace OrleansBatch.Tests.Unit.Delta;

// What a random history was for: each of these has to happen in it.
internal sealed class MergesSeen(DeltaFixture fixture)
{
    private static readonly string[] _all =
        ["marked", "marked more", "marked and written anew", "checkpoint", "refreshed", "an old vector removed"];

    private readonly HashSet<string> _seen = [];

    public void Note(string what) => _seen.Add(what);

    // Looks at the newest commit.
    public async Task LookAsync()
    {
        var snapshot = await fixture.SnapshotAsync();
        var text = await File.ReadAllTextAsync(
            Path.Combine(fixture.TableDirectory, "_delta_log", $"{snapshot.Version:D20}.json"), TestContext.Current.CancellationToken);
        var marked = text.Contains("VectorsAdded", StringComparison.Ordinal);
        NoteIf(marked, "marked");
        NoteIf(marked && !text.Contains("VectorsUpdated\":\"0", StringComparison.Ordinal), "marked more");
        NoteIf(marked && !text.Contains("\"numRemovedFiles\":\"0\"", StringComparison.Ordinal), "marked and written anew");
        NoteIf(snapshot.Tombstones.Values.Any(t => t.DeletionVector is not null), "an old vector removed");
    }

    public void RequireAll() => Assert.Equal(_all.Order(StringComparer.Ordinal), _seen.Order(StringComparer.Ordinal));

    private void NoteIf(bool happened, string what)
    {
        if (happened)
        {
            Note(what);
        }
    }
}
