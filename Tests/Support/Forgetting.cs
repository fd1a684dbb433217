using OrleansBatch.Grains.Tenures;

namespace OrleansBatch.Tests.Support;

// The steps of a removal, one by one: the request, the owner that carries it out, the sweep's calls, and what is left afterwards.
internal static class Forgetting
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<int> ForgetAsync(this QueueDatabase database, long team, string? schema = null, string? leave = null) =>
        database.ScalarAsync<int>("SELECT orleans_batch.forget($1, $2, $3, who => 'ann', why => 'they left')", team, schema, leave);

    // Does what an owner does at its boundary, and answers whether it was asked to.
    public static async Task<bool> ComplyWithForgetAsync(this TestOwner owner, bool removed = true)
    {
        if ((await owner.Cursor.FetchAsync(Ct)).Request is not { Kind: RequestKind.Forget } request)
        {
            return false;
        }

        await owner.Cursor.CompleteForgetAsync(request, removed);
        await owner.Cursor.LeaveAsync(Ct);
        await owner.UnlockAsync();
        return true;
    }

    public static async Task<string?> RemoveAsync(this QueueDatabase database, int group, int atMost = 1000) =>
        await database.ScalarAsync<string>("SELECT orleans_batch.remove_group($1, $2)", group, atMost);

    // Calls until there is nothing more to delete, and answers the last outcome and the number of calls.
    public static async Task<(string? Outcome, int Calls)> RemoveAllAsync(this QueueDatabase database, int group, int atMost = 1000)
    {
        for (var calls = 1; ; calls++)
        {
            if (await database.RemoveAsync(group, atMost) is var outcome && outcome != "more")
            {
                return (outcome, calls);
            }
        }
    }

    // Every table that names groups, with its number of rows of this one. A table of a later version is found by itself.
    public static async Task<IReadOnlyDictionary<string, long>> RowsOfGroupAsync(this QueueDatabase database, int group)
    {
        var tables = await database.RowsAsync(
            """
            SELECT c.relname::text FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'group_id' AND NOT a.attisdropped
            WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            """,
            r => r.GetString(0));
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            rows[table] = await database.ScalarAsync<long>($"SELECT count(*) FROM orleans_batch.{table} WHERE group_id = $1", group);
        }

        return rows;
    }
}
