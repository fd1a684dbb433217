using System.Globalization;

using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog.Golden;

public sealed class GoldenTablesTests(GoldenTables tables) : IClassFixture<GoldenTables>
{
    private const string Unmapped = "columnMapping";

    // The tables that can't be read, and a part of the reason.
    private static readonly Dictionary<string, string> _unreadable = new()
    {
        ["data-reader-absolute-paths-escaped-chars"] = "holds no metaData up to version 1",
        ["deltalog-invalid-protocol-version"] = "reader version 99",
        ["deltalog-state-reconstruction-from-checkpoint-missing-metadata"] = "holds no metaData up to version 10",
        ["deltalog-state-reconstruction-without-metadata"] = "holds no metaData up to version 0",
        ["deltalog-state-reconstruction-without-protocol"] = "holds no protocol up to version 0",
        ["versions-not-contiguous"] = "version 1 is missing",
    };

    // The tables that are read and not written, and a part of the reason.
    private static readonly Dictionary<string, string> _unwritable = new()
    {
        ["collations-preview-table"] = "collations-preview",
        ["collations-table"] = "collations (",
        ["commit-info-containing-arbitrary-operationParams-types"] = "changeDataFeed",
        ["data-reader-timestamp_ntz-id-mode"] = Unmapped,
        ["data-reader-timestamp_ntz-name-mode"] = Unmapped,
        ["data-skipping-basic-stats-all-types-columnmapping-id"] = Unmapped,
        ["data-skipping-basic-stats-all-types-columnmapping-name"] = Unmapped,
        ["spark-variant-checkpoint"] = "variantType-preview",
        ["table-with-columnmapping-mode-id"] = Unmapped,
        ["table-with-columnmapping-mode-name"] = Unmapped,
        ["table-with-icebegCompatV2Enabled"] = "icebergCompatV2",
        ["type-widening"] = "typeWidening-preview",
        ["v2-checkpoint-json"] = "v2Checkpoint",
    };

    public static TheoryData<string, int[], long?> Readable() =>
        new(GoldenTables.Expected().Select(t => new TheoryDataRow<string, int[], long?>(t.Name, t.Files, t.Rows)));

    public static TheoryData<string, string> Unreadable() => new(_unreadable.Select(t => (t.Key, t.Value)));

    [Fact]
    public void Every_table_is_tried() =>
        Assert.Equal(GoldenTables.Expected().Select(t => t.Name).Concat(_unreadable.Keys).Order(), tables.Names().Order());

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task A_table_of_Spark_has_its_versions_files_and_rows(string name, int[] files, long? rows)
    {
        var table = Open(name);
        var newest = await table.ReadAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(files.Length - 1, newest!.Version);
        for (var version = 0; version < files.Length; version++)
        {
            Assert.Equal(files[version], (await table.ReadAtAsync(version, TestContext.Current.CancellationToken))!.Files.Count);
        }

        if (rows is not null)
        {
            Assert.Equal(rows, CountRows(name, newest));
            Assert.Equal(newest.Rows ?? rows, rows);
        }

        var refusal = Record.Exception(newest.RequireWritable);
        Assert.Equal(_unwritable.ContainsKey(name), refusal is not null);
        Assert.Contains(_unwritable.GetValueOrDefault(name, ""), refusal?.Message ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_table_that_is_broken_or_too_new_is_refused_for_its_reason(string name, string reason)
    {
        var error = await Assert.ThrowsAsync<DeltaLogException>(() => Open(name).ReadAsync(null, TestContext.Current.CancellationToken));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    // The kernel does not read what is not there, and refuses the preview of variants.
    [Fact]
    public async Task The_kernel_counts_the_same_rows()
    {
        foreach (var (name, _, rows) in GoldenTables.Expected().Where(t => t.Rows is not null && t.Name != "spark-variant-checkpoint"))
        {
            Assert.Equal((name, rows), (name, await DeltaReader.OnDisk(tables.PathOf(name)).CountAsync()));
        }
    }

    [Theory]
    [InlineData("v2-checkpoint-json", 2)]
    [InlineData("basic-with-inserts-deletes-checkpoint", 10)]
    [InlineData("dv-partitioned-with-checkpoint", 10)]
    [InlineData("spark-variant-checkpoint", 2)]
    public async Task A_checkpoint_of_Spark_stands_for_the_commits_before_it(string name, long version)
    {
        var copy = new DirectoryInfo(tables.PathOf(name));
        var commits = copy.GetFiles("_delta_log/*.json").Where(f => f.Name.Length == 25);
        var before = await Open(name).ReadAsync(null, TestContext.Current.CancellationToken);
        foreach (var commit in commits.Where(f => long.Parse(f.Name[..20], CultureInfo.InvariantCulture) <= version))
        {
            commit.MoveTo(commit.FullName + ".gone");
        }

        var after = await Open(name).ReadAsync(null, TestContext.Current.CancellationToken);
        copy.GetFiles("_delta_log/*.gone").ToList().ForEach(f => f.MoveTo(f.FullName[..^5]));

        Assert.Equal(SnapshotText.Of(before!), SnapshotText.Of(after!));
    }

    private DeltaTable Open(string name) => new(new DirectoryStore(tables.PathOf(name)), new(), TimeProvider.System);

    // The rows of the files, without those that are deleted.
    private long CountRows(string name, Snapshot snapshot)
    {
        using var session = new DuckDbSession(256, threads: 1);
        return snapshot.Files.Values.Sum(file =>
        {
            var path = SqlText.Literal(Path.Combine(tables.PathOf(name), file.Path));
            return session.Number(SqlText.Of($"SELECT count(*) FROM read_parquet({path})"), CancellationToken.None)
                - (file.DeletionVector?.Cardinality ?? 0);
        });
    }
}
