using OrleansBatch.Drill;
using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Tables;
using static OrleansBatch.Tests.Unit.Drill.TableHistories;

namespace OrleansBatch.Tests.Unit.Drill;

// What the drill makes of a table: each kind of damage is named, and a whole table is not blamed.
public sealed class TableChecksTests
{
    [Fact]
    public void A_whole_table_breaks_no_promise()
    {
        Assert.All(Check(Records(), Table()), promise =>
        {
            Assert.Empty(promise.Broken);
            Assert.True(promise.Checked > 0, promise.Name);
        });
    }

    [Fact]
    public void A_doubled_batch_is_named()
    {
        var doubled = With(Version(1, ["a1", "a1-again"], [], token: 10, seq: 2, (Appended, 1)));
        doubled = doubled with { Files = Files(doubled, "a1-again", "a1") };

        var seen = Assert.Single(WholeVersions.Check(Records(), [doubled]).Broken, b => b.Seq == 2).Seen;

        Assert.Contains("at version 1 1 rows are there that should not be", seen, StringComparison.Ordinal);
        Assert.Contains("there 2 times", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_batch_is_named_at_its_version_and_in_the_end()
    {
        var queue = Records() with
        {
            Batches = [.. Records().Batches.Where(b => b.RunId != Refreshed)],
            Runs = [.. Records().Runs.Take(2)],
        };
        var lacking = Table() with
        {
            Versions = [Table().Versions[0], Version(1, [], [], token: 10, seq: 2, (Appended, 1)), Table().Versions[2]],
            Newest = new HashSet<string> { "a0-rest", "u0" },
        };

        Assert.Contains("1 rows are missing", Only(WholeVersions.Check(queue, [lacking])), StringComparison.Ordinal);
        Assert.Contains(
            $"in the end 1 rows are missing, such as row 0 of batch 1 of run {Appended}", Only(OnceInEffect.Check(queue, [lacking])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_succeeded_and_has_no_table_is_named() => Assert.Equal(
        [1L, 2L, 3L], OnceInEffect.Check(Records(), []).Broken.Where(b => b.Seq is not null).Select(b => b.Seq!.Value));

    [Fact]
    public void A_batch_of_a_former_owner_that_the_queue_skipped_is_named()
    {
        var queue = Records() with { Batches = [.. Records().Batches.Select(b => b.Seq == 2 ? b with { State = "skipped" } : b)] };
        var last = Table() with { Versions = [.. Table().Versions.Take(2)], Newest = new HashSet<string> { "a0", "a1" } };

        Assert.Contains("in the queue: seq 2 skipped", Only(WholeVersions.Check(queue, [last])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_was_skipped_and_came_again_with_a_retry_is_taken_for_the_retrys()
    {
        var retry = Guid.NewGuid();
        var queue = Records() with
        {
            Batches = [.. Records().Batches.Select(b => b.Seq == 2 ? b with { State = "skipped" } : b), Batch(retry, 1, 4)],
            Runs = [.. Records().Runs.Take(2), new RunFact(Group, retry, "succeeded", Appended, "append", 4)],
            Origins = new Dictionary<(Guid Run, int Index), (Guid Run, int Index)> { [(retry, 1)] = (Appended, 1) },
        };
        queue = queue with { Batches = [.. queue.Batches.Where(b => b.RunId != Refreshed)] };
        var table = Table() with
        {
            Versions =
            [
                Table().Versions[0],
                Version(1, ["a0-rest", "u0"], ["a0"], token: 20, seq: 3, (Upserted, 0)),
                Version(2, ["a1"], [], token: 20, seq: 4, (Appended, 1)),
                Version(3, [], [], token: 40, seq: 4),
            ],
            Newest = new HashSet<string> { "a0-rest", "u0", "a1" },
        };

        Assert.All(Check(queue, table), promise => Assert.Empty(promise.Broken));
    }

    [Fact]
    public void Half_a_refresh_is_named()
    {
        var half = With(Refresh(3, ["r1"], ["a0-rest", "a1", "u0"], token: 30, seq: 5));

        Assert.Contains(
            $"at version 3 at the refresh by run {Refreshed} 1 rows are missing", Only(WholeVersions.Check(Records(), [half])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_refresh_that_leaves_old_rows_is_named() => Assert.Contains(
        "2 rows are there that should not be",
        Only(WholeVersions.Check(Records(), [With(Refresh(3, ["r0", "r1"], ["a0-rest", "a1"], token: 30, seq: 5))])),
        StringComparison.Ordinal);

    [Fact]
    public void A_batch_of_a_refresh_that_shows_before_the_end_is_named() => Assert.Contains(
        $"brings batch 0 of the full refresh {Refreshed} before its end",
        Only(Marks(With(Version(3, ["r0"], [], token: 30, seq: 4, (Refreshed, 0))))), StringComparison.Ordinal);

    [Fact]
    public void An_upsert_that_loses_to_an_earlier_row_is_named()
    {
        var lost = With(Version(2, ["u0"], [], token: 20, seq: 3, (Upserted, 0)));

        Assert.Contains(
            $"row 1 of batch 0 of run {Appended}, id 2", Assert.Single(WholeVersions.Check(Records(), [lost]).Broken, b => b.Seq == 3).Seen,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_falling_token_is_named() => Assert.Contains(
        "version 2 of the table has the token 9 after the token 10",
        Only(Marks(With(Version(2, ["a0-rest", "u0"], ["a0"], token: 9, seq: 3, (Upserted, 0))))), StringComparison.Ordinal);

    [Fact]
    public void A_token_that_falls_in_a_stage_is_named()
    {
        var stage = Table().Stages[0];
        var fallen = stage with { Versions = [stage.Versions[0], Version(1, ["r1"], [], 29, 5, (Refreshed, 1)), stage.Versions[2]] };
        var table = Table() with { Stages = [fallen] };

        Assert.Contains($"the stage of run {Refreshed} has the token 29", Only(Marks(table)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_comes_again_is_named() => Assert.Contains(
        $"brings batch 0 of run {Appended} after batch 0",
        Only(Marks(With(Version(1, ["a1"], [], token: 10, seq: 2, (Appended, 0))))), StringComparison.Ordinal);

    [Fact]
    public void A_batch_that_was_passed_without_a_fence_is_named() => Assert.Contains(
        "its former owner could still have committed",
        Only(RisingMarks.Check(
            Records(), [Table()], [new FenceFact(Group, 2, "the table", 30, 30), new FenceFact(Group, 2, "the table", 10, 20)])),
        StringComparison.Ordinal);

    [Fact]
    public void What_a_reader_saw_is_held_to_the_version_that_it_read()
    {
        var first = RowsDigest.Of(Table().Files["a0"].ToList());

        Assert.Empty(Looked(new TableLook(Group, 0, first)).Broken);
        Assert.Contains("not those of that version", Only(Looked(new TableLook(Group, 1, first))), StringComparison.Ordinal);
        Assert.Contains("met an error: gone", Only(Looked(new TableLook(Group, -1, default, "gone"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_that_outlives_its_run_and_a_checkpoint_that_tells_otherwise_are_named()
    {
        var stage = Table().Stages[0];
        var left = stage with { Versions = [.. stage.Versions.Take(2)] };
        var table = Table() with { Stages = [left], Newest = new HashSet<string> { "r0" } };

        Assert.Equal(
            [
                "from the last checkpoint on the log has 1 files, and from its beginning 2",
                $"the stage of run {Refreshed}, which has ended, still has 2 files",
            ],
            Readable.Check(Records(), [table], []).Broken.Select(b => b.Seen));
    }

    [Fact]
    public void A_commit_is_read_from_its_lines()
    {
        var version = LogReplay.Parse(3, """
            {"commitInfo":{"operation":"WRITE"}}
            {"txn":{"appId":"orleansbatch/token","version":5}}
            {"add":{"path":"a%20b.parquet","dataChange":true}}
            {"remove":{"path":"c.parquet"}}
            """u8.ToArray());

        Assert.Equal((3, 5L), (version.Version, version.Token));
        Assert.Equal("a b.parquet", Assert.Single(version.Added));
        Assert.Equal("c.parquet", Assert.Single(version.Removed));
    }

    private static string Only(PromiseReport promise) => Assert.Single(promise.Broken).Seen;

    private static PromiseReport[] Check(DrillHistory queue, TableHistory table) =>
    [
        OnceInEffect.Check(queue, [table]), WholeVersions.Check(queue, [table]), RisingMarks.Check(queue, [table], []),
        Readable.Check(queue, [table], []),
    ];

    private static PromiseReport Marks(TableHistory table) => RisingMarks.Check(Records(), [table], []);

    private static PromiseReport Looked(TableLook look) => Readable.Check(Records(), [Table()], [look]);

    private static Dictionary<string, IReadOnlyList<TableRow>> Files(TableHistory table, string name, string like) =>
        new(table.Files) { [name] = table.Files[like] };
}
