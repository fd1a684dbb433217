using OrleansBatch.Drill.Watch;

namespace OrleansBatch.Tests.Unit.Drill;

public sealed class SessionPromiseTests
{
    private static readonly DateTimeOffset _zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SessionPromise _promise = new(TimeSpan.FromSeconds(15));

    private readonly Dictionary<string, DateTimeOffset> _ended = [];

    [Fact]
    public void Eighteen_connections_that_each_hold_their_own_lock_are_as_promised()
    {
        var groups = Enumerable.Range(1, 16).Select(n => Group(n, Lock(n, "silo-1.1")));

        Look(0, [.. groups, Session(17, "poller"), Session(18, "recovery", Other())]);

        Assert.Empty(_promise.Report().Broken);
        Assert.Equal(18, _promise.Most);
    }

    [Fact]
    public void A_nineteenth_engine_connection_is_named()
    {
        Look(0, [.. Enumerable.Range(1, 18).Select(n => Group(n)), Session(19, "poller"), Session(20, "intake")]);

        Assert.Contains("had 19 engine connections", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_outlives_its_process_by_more_than_the_lifetime_is_named_once()
    {
        _ended["silo-1.1"] = _zero;
        Look(15, Group(1));
        Look(19, Group(1));
        Look(20, Group(1));

        Assert.Contains("19 s after its process ended", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_s_lock_that_no_group_s_session_holds_is_named()
    {
        Look(0, Session(1, "poller", Lock(1, "silo-1.1")));

        Assert.Contains("poller@silo-1.1 (backend 1) held a group's lock", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_with_two_groups_locks_is_named()
    {
        Look(0, Group(1, Lock(1, "silo-1.1"), Lock(2, "silo-1.1")));

        Assert.Contains("held 2 groups' locks", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_session_with_a_lock_that_is_no_group_s_is_named()
    {
        Look(0, Group(1, Other()));

        Assert.Contains("no group's", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_whose_session_never_owns_the_group_is_named_and_one_that_comes_to_own_it_is_not()
    {
        for (var second = 0; second <= 40; second++)
        {
            Look(second, Group(1, Lock(1, "silo-2.1")), Group(2, Lock(2, second < 10 ? null : "silo-1.1")));
        }

        Assert.Contains("backend 1) kept the lock of group 1 without owning it", Broken(), StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_and_sessions_that_stay_when_all_is_done_are_named()
    {
        _promise.CheckDrained(locksGone: false, sessionsGone: false);

        Assert.Equal(2, _promise.Report().Broken.Count);
    }

    private string Broken() => Assert.Single(_promise.Report().Broken).Seen;

    private void Look(int second, params SessionFact[] sessions) => _promise.Look(_zero.AddSeconds(second), sessions, _ended);

    private static SessionFact Group(int pid, params HeldLock[] locks) => Session(pid, "group", locks);

    private static SessionFact Session(int pid, string role, params HeldLock[] locks) =>
        new(pid, $"orleans-batch-{role}@silo-1.1", "idle", locks);

    private static HeldLock Lock(int group, string? owner) => new(1329725441, group, IsGroup: true, owner);

    private static HeldLock Other() => new(1329725439, 2, IsGroup: false, null);
}
