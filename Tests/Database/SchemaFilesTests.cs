using System.Text.RegularExpressions;
using Npgsql;
using OrleansBatch.Grains.Queue.Migrations;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// The folder sql tells the present: each object has one file, named for it, and the numbered files lead to the same schema.
public sealed partial class SchemaFilesTests(PostgresFixture postgres) : DatabaseTest(postgres)
{
    private static readonly string[] _settable = ["functions", "migrations", "adoption"];

    private static readonly string[] _described = ["functions", "views", "triggers", "tables", "migrations", "adoption"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(Repository.Root, "sql");

    [Fact]
    public async Task The_files_of_tables_and_routines_make_the_schema_that_the_migrations_make()
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(await Postgres.CreateDatabaseAsync()) { Pooling = false }.ConnectionString);
        await using (var connection = await source.OpenConnectionAsync(Ct))
        {
            await connection.ScalarAsync<object>("SET check_function_bodies = off");
            await connection.ScalarAsync<object>("CREATE SCHEMA orleans_batch");
            foreach (var table in Tables())
            {
                await connection.ScalarAsync<object>(await TextAsync("tables", table));
            }

            foreach (var file in Routines.Files)
            {
                await connection.ScalarAsync<object>(file.Text);
            }
        }

        Assert.Equal(await SchemaText.ReadAsync(Database.Source), await SchemaText.ReadAsync(source));
    }

    [Theory]
    [InlineData("functions", "SELECT p.proname::text FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = 'orleans_batch'::regnamespace")]
    [InlineData(
        "views",
        """
        SELECT relname::text FROM pg_catalog.pg_class
        WHERE relnamespace = 'orleans_batch'::regnamespace AND relkind = 'v'
        """)]
    [InlineData(
        "tables",
        """
        SELECT relname::text FROM pg_catalog.pg_class
        WHERE relnamespace = 'orleans_batch'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        """)]
    [InlineData(
        "triggers",
        """
        SELECT g.tgname::text FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
        WHERE NOT g.tgisinternal AND c.relnamespace = 'orleans_batch'::regnamespace
        """)]
    public async Task Each_object_of_the_schema_has_one_file_and_each_file_one_object(string folder, string query)
    {
        var objects = await Database.RowsAsync(query, r => r.GetString(0));

        var defined = Files(folder)
            .SelectMany(f => Definition().Matches(File.ReadAllText(f)).Select(m => (File: f, Name: m.Groups["name"].Value)))
            .ToList();

        Assert.NotEmpty(objects);
        Assert.Equal(objects.Order(StringComparer.Ordinal), defined.Select(d => d.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Files(folder).Except(defined.Select(d => d.File)));
        Assert.All(
            defined.GroupBy(d => d.File),
            d => Assert.StartsWith(Assert.Single(d).Name, Path.GetFileNameWithoutExtension(d.Key), StringComparison.Ordinal));
    }

    // A reference to a routine would make the end state depend on the version of the routine that stands there.
    [Fact]
    public void No_numbered_file_defines_or_calls_a_routine_of_ours()
    {
        var routines = Files("functions").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(Files("migrations").Concat(Files("adoption")), file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotMatch(@"CREATE (OR REPLACE )?(FUNCTION|PROCEDURE|VIEW|TRIGGER|CONSTRAINT TRIGGER)", text);
            var used = Regex.Matches(text, @"orleans_batch\.(\w+)\(").Select(m => m.Groups[1].Value);
            Assert.DoesNotContain(
                used, u => routines.Contains(u) && !Regex.IsMatch(text, $@"DROP FUNCTION (IF EXISTS )?orleans_batch\.{u}\("));
        });
    }

    [Fact]
    public void Each_file_says_first_what_it_guarantees_or_holds()
    {
        var files = _described.SelectMany(Files).ToList();

        Assert.InRange(files.Count, 100, 1000);
        Assert.All(files, f => Assert.StartsWith("-- ", File.ReadAllText(f), StringComparison.Ordinal));
    }

    // ALTER FUNCTION ... SET would be lost with the next replacement.
    [Fact]
    public void Settings_of_a_routine_stand_in_its_own_file() =>
        Assert.All(
            _settable.SelectMany(Files),
            f => Assert.DoesNotContain("ALTER FUNCTION", File.ReadAllText(f), StringComparison.Ordinal));

    // Tables come in the order in which their foreign keys need them, which is that of the first numbered file.
    private static IEnumerable<string> Tables() =>
        Regex.Matches(File.ReadAllText(Files("migrations").First()), @"CREATE TABLE orleans_batch\.(\w+)").Select(m => m.Groups[1].Value)
            .Concat(Files("tables").Select(f => Path.GetFileNameWithoutExtension(f)))
            .Distinct();

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static Task<string> TextAsync(string folder, string name) =>
        File.ReadAllTextAsync(Path.Combine(Folder, folder, $"{name}.sql"), Ct);

    [GeneratedRegex(
        @"^CREATE (OR REPLACE )?(FUNCTION|VIEW|TABLE|CONSTRAINT TRIGGER|TRIGGER) (orleans_batch\.)?(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Definition();
}
