using System.Collections.Concurrent;
using System.Globalization;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Polling;

/// <summary>Collects what notifications say until the poller looks. The driver raises them on threads of its own.</summary>
internal sealed class NotificationInbox
{
    // A poll spreads a larger number of groups over the teams, and over the silos, which all get the same notifications.
    private const int MaxWithoutPoll = 4;
    private const int MaxKept = 256;
    private const string PassedOn = "passed/";

    // By group; a group has no candidates here when a notification gave no more than its number.
    private readonly ConcurrentDictionary<int, IReadOnlyList<Candidate>> _groups = new();
    private readonly ConcurrentQueue<(LockKey Key, long Seq)> _passedOn = new();
    private volatile bool _asksForPoll;

    /// <summary>Takes in a notification.</summary>
    /// <param name="payload">
    /// "group team sinks schema" when batches were enqueued into an idle group. The groups' numbers with commas in between when there are
    /// many, or only that there is work. "passed/seq" before a group when a silo can't reach the entry and leaves the group to the others.
    /// </param>
    public void Note(string payload)
    {
        if (payload.StartsWith(PassedOn, StringComparison.Ordinal) && payload.Split(' ', 2) is [var first, var rest])
        {
            NotePassedOn(first[PassedOn.Length..], rest);
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

    /// <summary>Takes the groups that can be started without a poll: all of them, when they are few and named in full.</summary>
    public List<Candidate> TakeForStart(IReadOnlyCollection<short> served)
    {
        var groups = new List<Candidate>();
        if (!_asksForPoll && _groups.Count <= MaxWithoutPoll)
        {
            foreach (var group in _groups.Where(g => g.Value.Count > 0 && _groups.TryRemove(g)))
            {
                groups.AddRange(group.Value.Where(c => served.Contains(c.SinkId)));
            }
        }

        return groups;
    }

    /// <summary>Gives a group that could not be started back, for the poll.</summary>
    public void Return(Candidate candidate)
    {
        _groups.TryAdd(candidate.GroupId, []);
        _asksForPoll = true;
    }

    /// <summary>Takes the groups that a poll must ask for by name.</summary>
    /// <param name="most">The most groups to take.</param>
    /// <param name="keep">
    /// Whether groups stay here and are named to the next poll again. The poll is then given many of them, so that no group is left out for
    /// good.
    /// </param>
    public int[] TakeForPoll(int most, bool keep)
    {
        _asksForPoll = false;
        var groups = _groups.Keys.Take(keep ? Math.Max(most, MaxKept) : most).ToArray();
        foreach (var group in keep ? [] : groups)
        {
            _groups.TryRemove(group, out _);
        }

        return groups;
    }

    /// <summary>Forgets all groups: the poll finds them by itself.</summary>
    public void Clear()
    {
        _asksForPoll = false;
        _groups.Clear();
    }

    private void NotePassedOn(string seq, string rest)
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
