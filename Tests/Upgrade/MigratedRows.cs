using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Upgrade;

// Every row of the queue's tables, kept aside before a migration, to find afterwards what it lost or changed.
internal sealed class MigratedRows
{
    private readonly QueueDatabase _database;
    private readonly IReadOnlyDictionary<string, long> _counts;

    private MigratedRows(QueueDatabase database, IReadOnlyDictionary<string, long> counts) => (_database, _counts) = (database, counts);

    public static async Task<MigratedRows> KeepAsync(QueueDatabase database)
    {
        var tables = await database.RowsAsync(
            """
            SELECT c.relname::text FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND c.relname <> 'migration'
            """,
            r => r.GetString(0));
        await database.ExecuteAsync("CREATE TABLE public.kept_row (of_table text, content jsonb)");
        foreach (var table in tables)
        {
            await database.ExecuteAsync($"INSERT INTO public.kept_row SELECT '{table}', to_jsonb(t) FROM orleans_batch.{table} AS t");
        }

        var counts = await database.RowsAsync(
            "SELECT k.of_table, count(*) FROM public.kept_row AS k GROUP BY k.of_table", r => (r.GetString(0), r.GetInt64(1)));
        return new MigratedRows(database, counts.ToDictionary());
    }

    // The tables whose number of rows is another one, and every row that has lost a value. Left out: a column that was renamed.
    public async Task<IReadOnlyList<string>> LostAsync((string Table, string Column)? renamed = null)
    {
        var lost = new List<string>();
        foreach (var (table, count) in _counts)
        {
            var now = await _database.ScalarAsync<long>($"SELECT count(*) FROM orleans_batch.{table}");
            if (now != count)
            {
                lost.Add($"{table} had {count} rows and has {now}");
            }

            lost.AddRange(await _database.RowsAsync(
                $"""
                SELECT k.of_table || ' ' || k.content FROM public.kept_row AS k
                WHERE k.of_table = $1 AND NOT EXISTS (
                  SELECT FROM orleans_batch.{table} AS t WHERE to_jsonb(t) @> k.content - $2)
                """,
                r => r.GetString(0),
                table,
                renamed?.Table == table ? renamed.Value.Column : ""));
        }

        return lost;
    }
}
