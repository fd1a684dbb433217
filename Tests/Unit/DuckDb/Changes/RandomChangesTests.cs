namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

// Random streams, out of order and repeated, cut into batches and windows at random, against a plain model.
public sealed class RandomChangesTests
{
    private static readonly string[] _upserts = ["c", "r", "u", "I", "U", "insert", "UPDATE", "Upsert", "create", "read"];
    private static readonly string[] _deletes = ["d", "D", "delete"];

    public static TheoryData<bool, bool, int> Streams() => Of(1, 1);

    public static TheoryData<bool, bool, int> ManyStreams() => Of(100, 25);

    [Theory]
    [MemberData(nameof(Streams))]
    public Task Rows_and_history_equal_the_models(bool soft, bool history, int seed) => CompareAsync(soft, history, seed);

    [Theory]
    [Trait("Length", "Long")]
    [MemberData(nameof(ManyStreams))]
    public Task Rows_and_history_equal_the_models_for_many_streams(bool soft, bool history, int seed) =>
        CompareAsync(soft, history, seed);

    private static TheoryData<bool, bool, int> Of(int first, int count)
    {
        var data = new TheoryData<bool, bool, int>();
        foreach (var (soft, history) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            foreach (var seed in Enumerable.Range(first, count))
            {
                data.Add(soft, history, seed);
            }
        }

        return data;
    }

    private static async Task CompareAsync(bool soft, bool history, int seed)
    {
        var random = new Random(seed);
        using var fixture = new ChangeFixture();
        fixture.Rules = fixture.Rules with { Deletes = soft ? DeleteRule.Soft : DeleteRule.Hard, History = history };
        var model = new ChangeModel(soft);
        var stream = Enumerable.Range(0, 70).Select(i => Draw(random, i)).ToList();

        await ApplyAsync(fixture, random, stream[..35], model);
        await ExpectAsync(fixture, model, history);
        await ApplyAsync(fixture, random, stream[35..], model);
        await ExpectAsync(fixture, model, history);

        // The whole stream comes again, under other origins and cut in other places.
        await ApplyAsync(fixture, random, stream, model);
        await ExpectAsync(fixture, model, history);
    }

    private static Change Draw(Random random, int number)
    {
        // Most changes are younger than those before them, and many are not.
        var (id, lsn) = (random.Next(6), (number / 2) + random.Next(14));
        return random.Next(3) == 0
            ? new Change(_deletes[random.Next(_deletes.Length)], id, lsn, null)
            : new Change(_upserts[random.Next(_upserts.Length)], id, lsn, $"v{number}");
    }

    private static async Task ApplyAsync(ChangeFixture fixture, Random random, List<Change> stream, ChangeModel model)
    {
        for (var at = 0; at < stream.Count;)
        {
            var window = new List<Grains.Interfaces.Batch>();
            foreach (var _ in Enumerable.Range(0, 1 + random.Next(3)))
            {
                var part = stream.Skip(at).Take(1 + random.Next(12)).ToList();
                if (part.Count > 0)
                {
                    window.Add(fixture.Next(ChangeFixture.File(part)));
                    part.ForEach(model.Apply);
                    at += part.Count;
                }
            }

            Assert.Equal(window.Count, await fixture.ApplyWindowAsync(window));
            if (random.Next(4) == 0)
            {
                // A crash after the commit: the window comes again.
                Assert.Equal(window.Count, await fixture.ApplyWindowAsync(window));
            }
        }
    }

    private static async Task ExpectAsync(ChangeFixture fixture, ChangeModel model, bool history)
    {
        Assert.Equal(model.Rows, await fixture.RowsAsync());
        if (history)
        {
            Assert.Equal(
                model.History, await fixture.RowsAsync("SELECT id, lsn, name, valid_to FROM flights_history ORDER BY id, valid_from"));
        }
    }
}
