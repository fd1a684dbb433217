using OrleansBatch.Grains.Sessions;
using OrleansBatch.Drill.Checks;

namespace OrleansBatch.Drill.Watch;

// A silo's engine never has more than 18 connections, none outlives its process, and each holds the locks it should.
// The promise is fed with one look at the server after another, so that a drill may last for days.
internal sealed class SessionPromise(TimeSpan lifetime)
{
    public const int MostConnections = 18;

    // A look takes a moment, and so does the server's farewell to a connection that was reset.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(3);

    private readonly Verdict _verdict =
        new("sessions", $"at most {MostConnections} engine connections a silo, none leaked, no unexpected lock");
    private readonly Dictionary<(int Pid, long Key), DateTimeOffset> _ownerless = [];
    private readonly HashSet<int> _leaked = [];

    public int Most { get; private set; }

    public void Look(DateTimeOffset at, IReadOnlyList<SessionFact> sessions, IReadOnlyDictionary<string, DateTimeOffset> ended)
    {
        foreach (var silo in sessions.Where(s => s.IsEngine).GroupBy(s => s.Silo))
        {
            Most = Math.Max(Most, silo.Count());
            _verdict.Check(silo.Count() <= MostConnections, null, null, () =>
                $"{silo.Key} had {silo.Count()} engine connections at {at:HH:mm:ss.f}: "
                + string.Join(", ", silo.CountBy(s => s.Role).Select(r => $"{r.Value} {r.Key}")));
        }

        foreach (var session in sessions)
        {
            var hasEnded = ended.TryGetValue(session.Silo, out var end);
            if (hasEnded && session.IsEngine && at > end + LongestAfter(session) + _grace && _leaked.Add(session.Pid))
            {
                _verdict.Check(
                    false, $"{session.Name} (backend {session.Pid}) is there {(at - end).TotalSeconds:0} s after its process ended");
            }

            CheckLocks(at, session);
        }
    }

    public void CheckDrained(bool locksGone, bool sessionsGone)
    {
        _verdict.Check(locksGone, "a group's lock was still held after all work was done");
        _verdict.Check(sessionsGone, "a group's session was still open after it had been idle for the idle time-out");
    }

    public PromiseReport Report() => _verdict.Report();

    // The database never hears of a host that lost its power. Sessions without a lock may then be silent for longer.
    private TimeSpan LongestAfter(SessionFact session) => session.Role == SessionRole.Group ? lifetime : 2 * lifetime;

    private void CheckLocks(DateTimeOffset at, SessionFact session)
    {
        var groups = session.Locks.Where(l => l.IsGroup).ToList();
        _verdict.Check(groups.Count <= 1, $"{session.Name} (backend {session.Pid}) held {groups.Count} groups' locks at the same time");
        _verdict.Check(
            groups.Count == 0 || session.Role == SessionRole.Group, $"{session.Name} (backend {session.Pid}) held a group's lock");
        var others = session.Locks.Count(l => !l.IsGroup);
        _verdict.Check(
            others == 0 || session.Role is not (SessionRole.Group or SessionRole.Poller),
            $"{session.Name} (backend {session.Pid}) held an advisory lock that is no group's");

        // Between its lock and its first statement a session is not the owner yet.
        // A lifetime later the server would have ended the session.
        foreach (var held in groups)
        {
            if (held.Owner == session.Silo)
            {
                _ownerless.Remove((session.Pid, held.Key));
            }
            else if (!_ownerless.TryAdd((session.Pid, held.Key), at) && at - _ownerless[(session.Pid, held.Key)] > lifetime + _grace)
            {
                _ownerless[(session.Pid, held.Key)] = DateTimeOffset.MaxValue;
                _verdict.Check(false, $"{session.Name} (backend {session.Pid}) kept the lock of group {held.Key} without owning it");
            }
        }

        foreach (var gone in _ownerless.Keys.Where(k => k.Pid == session.Pid && groups.All(g => g.Key != k.Key)).ToList())
        {
            _ownerless.Remove(gone);
        }
    }
}
