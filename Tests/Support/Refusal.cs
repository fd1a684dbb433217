using Npgsql;

namespace OrleansBatch.Tests.Support;

// A refused call says why by its SQLSTATE, its sentence and its hint, and has changed nothing.
public static class Refusal
{
    public static async Task<PostgresException> RefusesAsync(
        this QueueDatabase database, long team, string sqlState, string sentence, Func<Task> call)
    {
        var before = await database.StateOfAsync(team);

        var refused = await Assert.ThrowsAsync<PostgresException>(call);

        Assert.Equal(sqlState, refused.SqlState);
        Assert.Contains(sentence, refused.MessageText, StringComparison.Ordinal);
        Assert.False(string.IsNullOrWhiteSpace(refused.Hint), "The refusal has no hint.");
        Assert.Equal(before, await database.StateOfAsync(team));
        return refused;
    }
}
