using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Upgrade;

// The database of a released version becomes what a fresh one of this version is, and keeps all that is in it.
public sealed class UpgradeTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ReleasedDump.Versions), MemberType = typeof(ReleasedDump))]
    public async Task An_upgraded_database_has_the_schema_of_a_fresh_one_and_all_its_rows(string version)
    {
        await using var old = await ReleasedDump.LoadAsync(Postgres, version, daysAgo: 400);
        var rows = await MigratedRows.KeepAsync(old);

        var report = await Migrator.MigrateAsync(old.Source, Ct);

        Assert.NotEmpty(report.Applied);
        Assert.True(report.ReplacedRoutines);
        Assert.Equal(await SchemaText.ReadAsync(Database.Source), await SchemaText.ReadAsync(old.Source));

        // The announced numbers stood in the column that has the applied ones since migration 40.
        Assert.Empty(await rows.LostAsync(version == "0038" ? ("sink_run", "rows_applied") : null));
        Assert.True(await Migrator.IsUpToDateAsync(old.Source, Ct));
        Assert.True((await Migrator.MigrateAsync(old.Source, Ct)).IsEmpty);
    }

    [Theory]
    [InlineData("0038", null)]
    [InlineData("0058", 30L)]
    public async Task What_a_run_announced_and_was_retried_as_is_known_after_the_upgrade(string version, long? applied)
    {
        await using var old = await ReleasedDump.LoadAsync(Postgres, version);

        await Migrator.MigrateAsync(old.Source, Ct);

        Assert.Equal(
            (30L, applied, 3L),
            (await old.RowsAsync(
                """
                SELECT s.rows_announced, s.rows_applied, s.batches_applied FROM orleans_batch.sink_run AS s
                WHERE s.run_id = md5('done')::uuid
                """,
                r => (r.GetInt64(0), r.IsDBNull(1) ? (long?)null : r.GetInt64(1), r.GetInt64(2)))).Single());
        Assert.True(await old.ScalarAsync<bool>(
            "SELECT r.retried_as = md5('retried again')::uuid FROM orleans_batch.run AS r WHERE r.run_id = md5('retried')::uuid"));
    }

    // Its signature changed in migration 45, so it is dropped and made anew; Postgres would grant the new one to everybody.
    [Theory]
    [MemberData(nameof(ReleasedDump.Versions), MemberType = typeof(ReleasedDump))]
    public async Task Grants_on_a_routine_that_is_made_anew_and_on_views_are_as_before_the_upgrade(string version)
    {
        await using var old = await ReleasedDump.LoadAsync(Postgres, version);
        var role = $"producer_{Guid.NewGuid():N}";
        await old.ExecuteAsync($"CREATE ROLE {role}");
        await old.ExecuteAsync($"GRANT EXECUTE ON FUNCTION orleans_batch.seal_run TO {role}");
        await old.ExecuteAsync("REVOKE ALL ON FUNCTION orleans_batch.seal_run FROM PUBLIC");
        await old.ExecuteAsync($"GRANT SELECT ON orleans_batch.group_status TO {role} WITH GRANT OPTION");
        await old.ExecuteAsync($"GRANT SELECT (run_id, state) ON orleans_batch.run_status TO {role}");
        await old.ExecuteAsync($"GRANT SELECT ON orleans_batch.run TO {role}");
        try
        {
            await Migrator.MigrateAsync(old.Source, Ct);

            Assert.Equal($"{role} EXECUTE only", string.Join(", ", await RoutineGrantsAsync(old, "seal_run", role)));
            Assert.Contains("PUBLIC EXECUTE only", await RoutineGrantsAsync(old, "retry_run", role));
            Assert.True(await old.ScalarAsync<bool>(
                $"SELECT has_table_privilege('{role}', 'orleans_batch.group_status', 'SELECT WITH GRANT OPTION')"));
            Assert.Equal(
                ["run_id", "state"],
                await old.RowsAsync(
                    $"""
                    SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
                    WHERE a.attrelid = 'orleans_batch.run_status'::regclass AND a.attnum > 0
                      AND has_column_privilege('{role}', a.attrelid, a.attnum, 'SELECT') ORDER BY a.attname
                    """,
                    r => r.GetString(0)));
            Assert.False(await old.ScalarAsync<bool>($"SELECT has_table_privilege('{role}', 'orleans_batch.run_status', 'SELECT')"));
            Assert.True(await old.ScalarAsync<bool>($"SELECT has_table_privilege('{role}', 'orleans_batch.forgotten_run', 'SELECT')"));
        }
        finally
        {
            await old.ExecuteAsync($"DROP OWNED BY {role}");
            await old.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_database_older_than_the_oldest_one_that_can_be_taken_over_is_refused_and_not_changed()
    {
        await using var old = await ReleasedDump.LoadAsync(Postgres, "0038");
        await old.ExecuteAsync("DELETE FROM orleans_batch.migration WHERE number > 12");
        var before = await SchemaText.ReadAsync(old.Source);

        var refused = await Assert.ThrowsAsync<OldDatabaseException>(() => Migrator.MigrateAsync(old.Source, Ct));

        Assert.Equal(
            "The database is at migration 12, and this version of OrleansBatch takes over databases from migration 38 on: "
            + "migrate it with a version that knows migration 38 first, or begin with a new database.",
            refused.Message);
        Assert.Equal(before, await SchemaText.ReadAsync(old.Source));
        Assert.Equal(12, await old.ScalarAsync<int>("SELECT max(number) FROM orleans_batch.migration"));
        Assert.False(await Migrator.IsUpToDateAsync(old.Source, Ct));
    }

    // Somebody's view, or a routine that a later version drops, must not be taken along in silence.
    [Fact]
    public async Task An_upgrade_that_something_of_somebody_else_s_stands_in_the_way_of_changes_nothing()
    {
        await using var old = await ReleasedDump.LoadAsync(Postgres, "0038");
        await old.ExecuteAsync("CREATE VIEW public.sealed AS SELECT orleans_batch.seal_run(NULL)");
        var before = await SchemaText.ReadAsync(old.Source);

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Migrator.MigrateAsync(old.Source, Ct));

        Assert.Equal(Npgsql.PostgresErrorCodes.DependentObjectsStillExist, refused.SqlState);
        Assert.Equal(before, await SchemaText.ReadAsync(old.Source));
    }

    private static Task<List<string>> RoutineGrantsAsync(QueueDatabase database, string routine, string role) => database.RowsAsync(
        """
        SELECT format('%s %s %s', CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, a.privilege_type,
          CASE WHEN a.is_grantable THEN 'grantable' ELSE 'only' END)
        FROM pg_catalog.pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
        WHERE p.pronamespace = 'orleans_batch'::regnamespace AND p.proname = $1 AND (a.grantee = 0 OR a.grantee = to_regrole($2))
        """,
        r => r.GetString(0),
        routine,
        role);
}
