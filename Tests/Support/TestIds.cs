namespace OrleansBatch.Tests.Support;

// Each test works under team ids of its own, so tests may share a database.
public static class TestIds
{
    private static long _team;

    public static long NextTeam() => Interlocked.Increment(ref _team);
}
