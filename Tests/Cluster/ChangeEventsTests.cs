using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Producer;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Cluster;

// A table of a real Postgres is changed at random, while a trigger writes down each change with a sequence.
// The changes come partly out of order and more than once, and the sink ends with the table's rows.
public sealed class ChangeEventsTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private const string Source = """
        CREATE TABLE public.account (id int PRIMARY KEY, balance numeric(12, 2), note text);
        CREATE TABLE public.account_change (
          lsn bigint GENERATED ALWAYS AS IDENTITY, op text NOT NULL, id int NOT NULL, balance numeric(12, 2), note text);
        CREATE FUNCTION public.write_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN
            INSERT INTO public.account_change (op, id, balance, note) VALUES ('u', NEW.id, NEW.balance, NEW.note);
            RETURN NULL;
          END IF;
          IF TG_OP <> 'INSERT' THEN
            INSERT INTO public.account_change (op, id) VALUES ('d', OLD.id);
          END IF;
          IF TG_OP <> 'DELETE' THEN
            INSERT INTO public.account_change (op, id, balance, note) VALUES ('c', NEW.id, NEW.balance, NEW.note);
          END IF;
          RETURN NULL;
        END $$;
        CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON public.account FOR EACH ROW EXECUTE FUNCTION public.write_change();
        """;

    private const string Work = """
        DO $$
        BEGIN
          PERFORM setseed(0.42);
          FOR i IN 1 .. 600 LOOP
            CASE floor(random() * 5)
              WHEN 0 THEN
                UPDATE public.account SET balance = round((random() * 1000)::numeric, 2), note = 'note ' || i
                WHERE id = floor(random() * 40);
              WHEN 1 THEN DELETE FROM public.account WHERE id = floor(random() * 40);
              WHEN 2 THEN
                UPDATE public.account AS a SET id = n.id FROM (SELECT floor(random() * 40)::int AS id) AS n
                WHERE a.id = (SELECT min(id) FROM public.account) AND NOT EXISTS (SELECT FROM public.account AS b WHERE b.id = n.id);
              ELSE
                INSERT INTO public.account VALUES (floor(random() * 40), i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'note ' || i END)
                ON CONFLICT DO NOTHING;
            END CASE;
          END LOOP;
        END $$;
        """;

    private static readonly GroupKey _group = new(TestIds.NextTeam(), "account");
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_cdc_stream_of_a_real_Postgres_table_ends_with_the_tables_rows_and_their_history()
    {
        using var parquet = new ParquetFixture();
        var lake = parquet.PathOf("lake");
        await using var silos = await TestSilos.StartAsync(
            Database, serves: ["duckdb"],
            add: silo => silo.Services.AddDuckDbSink(o => (o.LakeDirectory, o.InputRoots) = (lake, [parquet.Directory])));
        await Database.ExecuteAsync(Source);
        await Database.ExecuteAsync(Work);
        var run = Guid.NewGuid();

        var files = Shuffled(await ChangesAsync()).Chunk(60).Select((chunk, i) => parquet.Write($"{i}.parquet", File(chunk)));
        await new BatchProducer(Database.Source).EnqueueManyAsync([.. Requests(run, [.. files])], TestContext.Current.CancellationToken);
        await Eventually.EqualsAsync("succeeded", () => Database.RunStateAsync(run, "duckdb"), _soon, "the run succeeds");
        await Eventually.EqualsAsync(
            0L, () => Database.ScalarAsync<long>("SELECT count(*) FROM orleans_batch.held_lock"), _soon, "the file is closed");

        Assert.Equal(
            await TextAsync("SELECT concat_ws(' ', id, balance, coalesce(note, 'none')) FROM public.account ORDER BY id"),
            Text(lake, "SELECT concat_ws(' ', id, balance, coalesce(note, 'none')) FROM account ORDER BY id"));
        Assert.Equal(
            await TextAsync("""
                SELECT concat_ws(' ', id, lsn, next, balance, note) FROM (
                  SELECT *, lead(lsn) OVER (PARTITION BY id ORDER BY lsn) AS next FROM public.account_change) AS c
                WHERE op <> 'd' ORDER BY lsn
                """),
            Text(lake, "SELECT concat_ws(' ', id, lsn, valid_to, balance, note) FROM account_history ORDER BY valid_from"));
    }

    private static IEnumerable<EnqueueRequest> Requests(Guid run, string[] files) => files.Select((path, index) => new EnqueueRequest
    {
        TeamId = _group.TeamId,
        SchemaId = _group.SchemaId,
        RunId = run,
        BatchIndex = index,
        Path = path,
        IsFinal = index == files.Length - 1,
        SyncType = SyncType.Cdc,
        PrimaryKeys = ["id"],
        Cdc = new Cdc { Operation = "op", Sequence = "lsn", History = true },
    });

    // Neighbours change places, and some changes come again later.
    private static List<string> Shuffled(List<string> changes)
    {
        var random = new Random(7);
        var places = changes.Select((change, i) => (Change: change, Place: i + random.Next(50))).ToList();
        places.AddRange(places.Where(_ => random.Next(5) == 0).Select(p => p with { Place = p.Place + random.Next(300) }).ToList());
        return [.. places.OrderBy(p => p.Place).Select(p => p.Change)];
    }

    private Task<List<string>> ChangesAsync() => Database.RowsAsync(
        """
        SELECT format('(%s, %L, %s, %s, %s)', lsn, op, id, coalesce(balance::text, 'NULL'), coalesce(quote_literal(note), 'NULL'))
        FROM public.account_change ORDER BY lsn
        """,
        r => r.GetString(0));

    private static string File(IEnumerable<string> changes) =>
        $"SELECT lsn::BIGINT AS lsn, op, id::INTEGER AS id, balance::DECIMAL(12, 2) AS balance, note::VARCHAR AS note "
        + $"FROM (VALUES {string.Join(", ", changes)}) AS t(lsn, op, id, balance, note)";

    private async Task<string> TextAsync(string sql) => string.Join('\n', await Database.RowsAsync(sql, r => r.GetString(0)));

    private static string Text(string lake, string sql) =>
        string.Join('\n', new Lake(lake).Select(_group, sql).Rows.Select(r => $"{r[0]}"));
}
