using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Programs of different versions meet at one database. The rules say which may change it, and which may run on it unchanged.
public sealed class SchemaVersionTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_this_program_does_not_know_is_of_a_newer_version_and_nothing_is_changed()
    {
        await Database.ExecuteAsync("INSERT INTO orleans_batch.migration (number, name, checksum) VALUES (9999, 'later', '')");
        await Database.ExecuteAsync("UPDATE orleans_batch.schema_version SET routines_hash = 'other'");

        var refused = await Assert.ThrowsAsync<NewerDatabaseException>(() => Migrator.MigrateAsync(Database.Source, Ct));

        Assert.Contains("it has migration 8999", refused.Message, StringComparison.Ordinal);
        Assert.Equal("other", await HashAsync());
        await Assert.ThrowsAsync<NewerDatabaseException>(() => Migrator.IsUpToDateAsync(Database.Source, Ct));
    }

    [Fact]
    public async Task A_newer_program_s_database_that_this_one_may_run_beside_is_used_as_it_is()
    {
        await Database.ExecuteAsync("UPDATE orleans_batch.schema_version SET program = '99.0.0', routines_hash = 'newer'");
        await Database.ExecuteAsync("INSERT INTO orleans_batch.migration (number, name, checksum) VALUES (9999, 'later', '')");

        var report = await Migrator.MigrateAsync(Database.Source, Ct);

        Assert.True(report.IsEmpty);
        Assert.True(await Migrator.IsUpToDateAsync(Database.Source, Ct));
        Assert.Equal("newer", await HashAsync());
    }

    [Fact]
    public async Task A_newer_program_s_database_that_this_one_may_not_run_beside_is_refused_with_both_versions()
    {
        await Database.ExecuteAsync("UPDATE orleans_batch.schema_version SET program = '99.1.0', lowest_program = '99.0.0'");

        var refused = await Assert.ThrowsAsync<NewerDatabaseException>(() => Migrator.MigrateAsync(Database.Source, Ct));

        Assert.Contains("99.1.0, and programs before 99.0.0 may not run on it", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NewerDatabaseException>(() => Migrator.IsUpToDateAsync(Database.Source, Ct));
    }

    [Fact]
    public async Task A_numbered_file_that_was_edited_after_it_was_applied_is_refused_by_name()
    {
        await Database.ExecuteAsync("UPDATE orleans_batch.migration SET checksum = 'another text' WHERE number = 1001");

        var refused = await Assert.ThrowsAsync<EditedMigrationException>(() => Migrator.MigrateAsync(Database.Source, Ct));

        Assert.Contains("0001_first_release.sql", refused.Message, StringComparison.Ordinal);
    }

    // An older program left its routines there, or somebody replaced one by hand.
    [Fact]
    public async Task Routines_of_another_hash_are_replaced_and_settings_and_grants_are_as_before()
    {
        var role = $"reader_{Guid.NewGuid():N}";
        await Database.ExecuteAsync($"CREATE ROLE {role}");
        await Database.ExecuteAsync($"GRANT SELECT ON orleans_batch.group_status TO {role}");
        await Database.ExecuteAsync($"GRANT SELECT (state) ON orleans_batch.run_status TO {role}");
        await Database.ExecuteAsync($"GRANT EXECUTE ON FUNCTION orleans_batch.run_alive TO {role}");
        await Database.ExecuteAsync("REVOKE ALL ON FUNCTION orleans_batch.run_alive FROM PUBLIC");
        var expected = await SchemaText.ReadAsync(Database.Source);
        await Database.ExecuteAsync("ALTER FUNCTION orleans_batch.run_alive RESET ALL");
        await Database.ExecuteAsync("UPDATE orleans_batch.schema_version SET routines_hash = 'older'");

        Assert.False(await Migrator.IsUpToDateAsync(Database.Source, Ct));
        var report = await Migrator.MigrateAsync(Database.Source, Ct);

        Assert.True(report.ReplacedRoutines);
        Assert.Empty(report.Applied);
        Assert.Equal(expected, await SchemaText.ReadAsync(Database.Source));
        await Database.ExecuteAsync($"DROP OWNED BY {role}");
        await Database.ExecuteAsync($"DROP ROLE {role}");
    }

    private Task<string?> HashAsync() => Database.ScalarAsync<string>("SELECT routines_hash FROM orleans_batch.schema_version");
}
