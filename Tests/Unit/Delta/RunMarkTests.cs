using System.Collections.Immutable;

using OrleansBatch.Sinks.Delta.Marks;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Tests.Unit.Delta;

public sealed class RunMarkTests
{
    private static readonly Guid _run = Guid.NewGuid();
    private static readonly ImmutableDictionary<string, Transaction> _none = ImmutableDictionary<string, Transaction>.Empty;

    [Fact]
    public void A_run_whose_batches_come_in_order_has_one_mark()
    {
        var added = RunMark.Of(_none, _run).With([0, 1, 2]);

        Assert.Equal((AppIds.OfRun(_run), 2L), Assert.Single(added.Select(m => (m.Key, m.Value))));
    }

    // Whatever order they come in, and however they share commits: a log knows exactly what it was given.
    [Fact]
    public void The_marks_tell_the_batches_that_came_from_those_that_did_not()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (marks, given) = (_none, new HashSet<int>());
            foreach (var window in Enumerable.Range(0, 12).OrderBy(_ => random.Next()).Take(8).Chunk(random.Next(1, 4)))
            {
                marks = With(marks, RunMark.Of(marks, _run).With(window));
                given.UnionWith(window);
                var mark = RunMark.Of(marks, _run);

                Assert.Equal(given.Order(), Enumerable.Range(0, 14).Where(i => mark.Has(i)));
            }

            marks = With(marks, RunMark.Of(marks, _run).All().ToDictionary(m => m.AppId, _ => -1L));
            Assert.DoesNotContain(Enumerable.Range(0, 14), i => RunMark.Of(marks, _run).Has(i));
            marks = With(marks, RunMark.Of(marks, _run).With([0, 1, 2]));
            Assert.Equal(3, Enumerable.Range(0, 14).Count(i => RunMark.Of(marks, _run).Has(i)));
        }
    }

    private static ImmutableDictionary<string, Transaction> With(
        ImmutableDictionary<string, Transaction> marks, IReadOnlyDictionary<string, long> more) =>
        marks.SetItems(more.Select(m => KeyValuePair.Create(m.Key, new Transaction(m.Key, m.Value))));
}
