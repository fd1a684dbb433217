using System.Text.RegularExpressions;
using OrleansBatch.Embedded;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// sql/schema.sql is the output of pg_dump for a fresh database, so that a change of the schema shows as a difference of that file.
// To write the file anew, set ORLEANSBATCH_TEST_WRITE_SCHEMA to 1 and run this test.
public sealed partial class SchemaDumpTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    // The version whose pg_dump wrote the file. Other versions word some lines in their own way.
    private const int Major = 15;

    private static readonly string _file = Path.Combine(Repository.Root, "sql", "schema.sql");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_committed_dump_is_that_of_a_fresh_database()
    {
        var server = await Database.ScalarAsync<int>("SELECT current_setting('server_version_num')::int / 10000");
        if (server != Major)
        {
            await NamesTheSameObjectsAsync();
            return;
        }

        var dump = await DumpAsync();
        if (Environment.GetEnvironmentVariable("ORLEANSBATCH_TEST_WRITE_SCHEMA") == "1")
        {
            await File.WriteAllTextAsync(_file, dump, Ct);
        }

        Assert.Equal(await File.ReadAllTextAsync(_file, Ct), dump, ignoreLineEndingDifferences: true);
    }

    // For machines without a pg_dump of the file's version.
    private async Task NamesTheSameObjectsAsync()
    {
        var dumped = Created().Matches(await File.ReadAllTextAsync(_file, Ct)).Select(m => m.Groups[1].Value);
        var there = await Database.RowsAsync(
            """
            SELECT c.relname::text FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname !~ '_[0-9]{8}$'
            UNION ALL
            SELECT p.proname::text FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = 'orleans_batch'::regnamespace
            """,
            r => r.GetString(0));

        Assert.Equal(there.Order(StringComparer.Ordinal), dumped.Order(StringComparer.Ordinal));
    }

    private async Task<string> DumpAsync()
    {
        var beside = Path.Combine((await PostgresBinaries.FindAsync(Ct)).Folder, "pg_dump");
        var result = await ChildProcess.RunAsync(
            [
                File.Exists(beside) ? beside : "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--schema=orleans_batch",
                "--exclude-table=*_2???????", "--dbname", Psql.Info(Database.ConnectionString),
            ],
            TimeSpan.FromMinutes(1),
            Ct);
        Assert.True(result.ExitCode == 0, result.Output);
        return "-- The schema of a fresh database, as pg_dump 15 tells it. SchemaDumpTests keeps this file true; nobody edits it by hand.\n"
            + Changing().Replace(result.Output.ReplaceLineEndings("\n"), string.Empty);
    }

    [GeneratedRegex(@"^CREATE (?:TABLE|VIEW|FUNCTION) orleans_batch\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Created();

    // A token that is different each time, and the exact versions.
    [GeneratedRegex(@"^(\\(un)?restrict .*|-- Dumped .*)\n+", RegexOptions.Multiline)]
    private static partial Regex Changing();
}
