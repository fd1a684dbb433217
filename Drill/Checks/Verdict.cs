using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Checks;

// Collects the checked facts of one promise, and the places where it was broken.
internal sealed class Verdict(string name, string promise)
{
    private readonly List<BrokenPromise> _broken = [];
    private long _checked;

    public void Check(bool kept, string seen) => Check(kept, null, null, () => seen);

    public void Check(bool kept, GroupKey? group, long? seq, Func<string> seen)
    {
        _checked++;
        if (!kept)
        {
            _broken.Add(new BrokenPromise(group?.ToString(), seq, seen()));
        }
    }

    public PromiseReport Report() => new(name, promise, _checked, _broken);
}
