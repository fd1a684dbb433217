using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Actions;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.Delta;

// What other programs do to a table in between.
internal static class OtherPrograms
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static DeltaTable Open(DeltaFixture fixture) =>
        new(new DirectoryStore(fixture.TableDirectory), new DeltaLogOptions(), TimeProvider.System);

    // Whether rows of the table may be marked.
    public static async Task SayAsync(DeltaFixture fixture, string enabled)
    {
        var (table, snapshot) = (Open(fixture), await fixture.SnapshotAsync());
        var metadata = snapshot.Metadata with
        {
            Configuration = new Dictionary<string, string?>(snapshot.Metadata.Configuration)
            {
                [DeletionVector.EnablingProperty] = enabled,
            },
        };
        Assert.True((await table.TryCommitAsync(snapshot, new() { Info = new("SET TBLPROPERTIES"), Metadata = metadata }, Ct)).IsCommitted);
        await fixture.Sink.ReleaseAsync(fixture.Group, Ct);
    }

    // A checkpoint, and no commit before the newest one is left. The next owner goes on from there.
    public static async Task CleanAsync(DeltaFixture fixture)
    {
        await Open(fixture).CheckpointAsync(await fixture.SnapshotAsync(), Ct);
        var log = new DirectoryInfo(Path.Combine(fixture.TableDirectory, "_delta_log"));
        var newest = log.GetFiles("*.checkpoint.parquet").Max(f => f.Name[..20])!;
        foreach (var old in log.GetFiles().Where(f => char.IsAsciiDigit(f.Name[0]) && string.CompareOrdinal(f.Name[..20], newest) < 0))
        {
            old.Delete();
        }

        await fixture.Sink.ReleaseAsync(fixture.Group, Ct);
    }
}
