using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// A function runs with its caller's rights and search path. A function with rights of its own would need a path of its own.
public sealed class FunctionSecurityTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private const string Exposed =
        """
        SELECT p.proname::text FROM pg_catalog.pg_proc AS p
        WHERE p.pronamespace = 'orleans_batch'::regnamespace AND p.prosecdef
          AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS s WHERE s LIKE 'search_path=%')
        """;

    [Fact]
    public async Task No_function_has_rights_of_its_own_without_a_search_path_of_its_own()
    {
        Assert.Empty(await database.RowsAsync(Exposed, r => r.GetString(0)));

        await using var session = await StagedSession.BeginAsync(database);
        await session.ExecuteAsync("ALTER FUNCTION orleans_batch.seal_run(uuid,text,text) SECURITY DEFINER");
        Assert.Equal("seal_run", await session.ScalarAsync<string>(Exposed));
    }

    // Schemas in front of the caller's path change nothing, as long as the batch's types are the function's own.
    [Fact]
    public async Task A_producers_own_operators_and_functions_are_not_taken_for_those_of_Postgres()
    {
        var (team, run) = (TestIds.NextTeam(), Guid.NewGuid());
        await database.AddSinkAsync("probe");
        await using var producer = await StagedSession.OpenAsync(database);
        await producer.ExecuteAsync(
            """
            CREATE SCHEMA IF NOT EXISTS planted;
            CREATE FUNCTION planted.wrong(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
            CREATE OPERATOR planted.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = planted.wrong);
            CREATE FUNCTION planted.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'epoch'::timestamptz $$;
            CREATE FUNCTION planted.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'planted' $$;
            SET search_path = planted;
            """);

        Assert.Equal(1, await producer.EnqueueAsync(team, "s", run, 0));
        Assert.Equal(2, await producer.EnqueueAsync(team, "s", run, 1));
        Assert.True(await database.ScalarAsync<bool>(
            "SELECT min(e.created_at) > '2020-01-01' FROM orleans_batch.log_entry AS e WHERE e.run_id = $1", run));
        await producer.ExecuteAsync("RESET search_path");
    }
}
