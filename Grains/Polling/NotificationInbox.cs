using System.Collections.Concurrent;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>What notifications told since it was last looked for. The driver raises them on threads of its own.</summary>
internal sealed class NotificationInbox
{
    // More at once are the poll's to spread: over the teams, and over the silos, which are all told the same.
    private const int Few = 4;
    private const int MostKept = 256;
    private const string Passed = "passed/";

    // By group; without candidates where a notification gave no more than its number.
    private readonly ConcurrentDictionary<int, IReadOnlyList<Candidate>> _groups = new();
    private readonly ConcurrentQueue<(LockKey Key, long Seq)> _passedOn = new();
    private volatile bool _asksForPoll;

    /// <summary>
    /// Takes note of a notification: "group team sinks schema" when batches were enqueued into an idle group, the groups' numbers with
    /// commas in between when there are more than a few, or only that there is work; "passed/seq" before a group when a silo can't reach the
    /// entry and leaves the group to the others.
    /// </summary>
    public void Note(string payload)
    {
        if (payload.StartsWith(Passed, StringComparison.Ordinal) && payload.Split(' ', 2) is [var first, var rest])
        {
            NotePassed(first[Passed.Length..], rest);
            payload = rest;
        }

        var parts = payload.Split(' ', 4);
        List<Candidate> candidates = [];
        foreach (var part in parts[0].Split(','))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var group))
            {
                candidates = parts.Length == 4 ? Read(group, parts[1], parts[2], parts[3]) : [];
                _groups[group] = candidates;
            }
        }

        _asksForPoll |= candidates.Count == 0;
    }

    /// <summary>Takes the groups that silos have left to the others, with the entries that those could not reach.</summary>
    public IEnumerable<(LockKey Key, long Seq)> TakePassedOn()
    {
        while (_passedOn.TryDequeue(out var passed))
        {
            yield return passed;
        }
    }

    /// <summary>Takes what can be started without a poll: all that was told, if that is a few groups which are named in full.</summary>
    public List<Candidate> TakeFew(IReadOnlyCollection<short> served)
    {
        var few = new List<Candidate>();
        if (!_asksForPoll && _groups.Count <= Few)
        {
            foreach (var group in _groups.Where(g => g.Value.Count > 0 && _groups.TryRemove(g)))
            {
                few.AddRange(group.Value.Where(c => served.Contains(c.SinkId)));
            }
        }

        return few;
    }

    /// <summary>Gives one back that could not be started, for the poll.</summary>
    public void Return(Candidate candidate)
    {
        _groups.TryAdd(candidate.GroupId, []);
        _asksForPoll = true;
    }

    /// <summary>
    /// Takes the groups that a poll must ask for by name, at most so many; those kept are named again to the next one, and so that none is
    /// left out for good they are many.
    /// </summary>
    public int[] TakeForPoll(int most, bool keep)
    {
        _asksForPoll = false;
        var groups = _groups.Keys.Take(keep ? Math.Max(most, MostKept) : most).ToArray();
        foreach (var group in keep ? [] : groups)
        {
            _groups.TryRemove(group, out _);
        }

        return groups;
    }

    /// <summary>Forgets everything: the poll finds it by itself.</summary>
    public void Clear()
    {
        _asksForPoll = false;
        _groups.Clear();
    }

    private void NotePassed(string seq, string rest)
    {
        if (long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && rest.Split(' ', 4) is [var id, var team, var sinks, var schema]
            && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var group))
        {
            Read(group, team, sinks, schema).ForEach(c => _passedOn.Enqueue((c.Key, at)));
        }
    }

    private static List<Candidate> Read(int group, string team, string sinks, string schema)
    {
        var candidates = new List<Candidate>();
        foreach (var sink in sinks.Split(','))
        {
            if (!long.TryParse(team, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
                || !short.TryParse(sink, NumberStyles.None, CultureInfo.InvariantCulture, out var sinkId))
            {
                return [];
            }

            candidates.Add(new Candidate(new GroupKey(id, schema), group, sinkId));
        }

        return candidates;
    }
}
