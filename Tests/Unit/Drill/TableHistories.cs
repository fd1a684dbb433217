using OrleansBatch.Drill.Checks;
using OrleansBatch.Drill.Tables;
using OrleansBatch.Grains.Interfaces;
using TableVersion = OrleansBatch.Drill.Tables.TableVersion;

namespace OrleansBatch.Tests.Unit.Drill;

// A small group in which every promise was kept: an append of two batches, an upsert, a full refresh of two batches. Tests break it.
internal static class TableHistories
{
    public static readonly GroupKey Group = new(7, "orders");

    public static readonly Guid Appended = Guid.Parse("11111111-1111-1111-1111-111111111111");
    public static readonly Guid Upserted = Guid.Parse("22222222-2222-2222-2222-222222222222");
    public static readonly Guid Refreshed = Guid.Parse("33333333-3333-3333-3333-333333333333");

    public static DrillHistory Records() => new()
    {
        Batches =
        [
            Batch(Appended, 0, 1), Batch(Appended, 1, 2), Batch(Upserted, 0, 3), Batch(Refreshed, 0, 4), Batch(Refreshed, 1, 5),
        ],
        Runs =
        [
            new RunFact(Group, Appended, "succeeded", Appended, "append", 2),
            new RunFact(Group, Upserted, "succeeded", Upserted, "incremental", 3),
            new RunFact(Group, Refreshed, "succeeded", Refreshed, "full_refresh", 5),
        ],
        Contents = new Dictionary<(Guid Run, int Index), IReadOnlyList<long>>
        {
            [(Appended, 0)] = [1, 2], [(Appended, 1)] = [3], [(Upserted, 0)] = [2, 9], [(Refreshed, 0)] = [5], [(Refreshed, 1)] = [6, 7],
        },
    };

    public static TableHistory Table() => new(Group)
    {
        Versions =
        [
            Version(0, ["a0"], [], token: 10, seq: 1, (Appended, 0)),
            Version(1, ["a1"], [], token: 10, seq: 2, (Appended, 1)),
            Version(2, ["a0-rest", "u0"], ["a0"], token: 20, seq: 3, (Upserted, 0)),
            Refresh(3, ["r0", "r1"], ["a0-rest", "a1", "u0"], token: 30, seq: 5),
        ],
        Files = new Dictionary<string, IReadOnlyList<TableRow>>
        {
            ["a0"] = [new(Appended, 0, 0, 1), new(Appended, 0, 1, 2)],
            ["a1"] = [new(Appended, 1, 0, 3)],
            ["a0-rest"] = [new(Appended, 0, 0, 1)],
            ["u0"] = [new(Upserted, 0, 0, 2), new(Upserted, 0, 1, 9)],
            ["r0"] = [new(Refreshed, 0, 0, 5)],
            ["r1"] = [new(Refreshed, 1, 0, 6), new(Refreshed, 1, 1, 7)],
        },
        Stages =
        [
            new StageHistory(Refreshed,
            [
                Version(0, ["r0"], [], token: 30, seq: 4, (Refreshed, 0)),
                Version(1, ["r1"], [], token: 30, seq: 5, (Refreshed, 1)),
                Version(2, [], ["r0", "r1"], token: 30, seq: 5, (Refreshed, -1)),
            ]),
        ],
        Newest = new HashSet<string> { "r0", "r1" },
    };

    public static BatchFact Batch(Guid run, int index, long seq, string state = "succeeded") =>
        new(Group, run, index, seq, state, $"/{run}/{index}");

    public static TableVersion Version(
        long version, string[] added, string[] removed, long token, long seq, params (Guid Run, int Index)[] runs) => new(
        version, added, removed,
        runs.Select(r => KeyValuePair.Create($"{r.Run:D}", (long)r.Index))
            .Append(new(MarkNames.Token, token)).Append(new(MarkNames.Seq, seq)).ToDictionary());

    public static TableVersion Refresh(long version, string[] added, string[] removed, long token, long seq)
    {
        var made = Version(version, added, removed, token, seq, (Refreshed, 1));
        return made with { Marks = made.Marks.Append(new($"{MarkNames.Refresh}{Refreshed:D}", 1)).ToDictionary() };
    }

    // The table with another commit in place of one of its own.
    public static TableHistory With(TableVersion version)
    {
        var table = Table();
        return table with { Versions = [.. table.Versions.Select(v => v.Version == version.Version ? version : v)] };
    }
}
