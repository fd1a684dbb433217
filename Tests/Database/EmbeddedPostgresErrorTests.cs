using OrleansBatch.Embedded;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class EmbeddedPostgresErrorTests : IDisposable
{
    private const string Target = "for a; do case $last in --pgdata) data=$a;; --log) log=$a;; esac; last=$a; done; ";
    private const string MakesACluster = Target + "mkdir -p \"$data\"; echo 15 > \"$data/PG_VERSION\"";

    private readonly TempDirectory _directory = new();

    private string Root => _directory.Combine("postgres");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Failed_initdb_shows_the_last_line_of_its_output()
    {
        var refused = await StartFailsAsync("15.1", initDb: "echo creating; echo 'initdb: error: no space left' >&2; exit 1");

        Assert.Equal($"initdb could not make the private Postgres in {Root}: initdb: error: no space left", refused.Message);
        Assert.Equal(ExitCodes.Environment, ErrorText.For(refused).ExitCode);
    }

    [Fact]
    public async Task Start_that_takes_too_long_shows_the_end_of_the_log()
    {
        var refused = await StartFailsAsync("15.1", MakesACluster, Target + "echo 'LOG:  redo in progress' >> \"$log\"; exit 1");

        Assert.Equal(
            $"The private Postgres in {Root} did not start within 60 s; its log ends with: LOG:  redo in progress", refused.Message);
    }

    [Fact]
    public async Task Cluster_of_another_major_version_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Root, "data"));
        await File.WriteAllTextAsync(Path.Combine(Root, "data", "PG_VERSION"), "14\n", TestContext.Current.CancellationToken);

        var refused = await StartFailsAsync("15.1");

        Assert.StartsWith($"The private Postgres in {Root} was made by version 14, but the binaries in", refused.Message);
        Assert.EndsWith("install version 14, or move the directory away to start with an empty database.", refused.Message);
    }

    [Fact]
    public async Task Missing_password_file_is_named()
    {
        var options = new EmbeddedPostgresOptions { Directory = _directory.Path };
        await (await EmbeddedPostgres.StartAsync(options, TestContext.Current.CancellationToken)).DisposeAsync();
        File.Delete(Path.Combine(Root, "password"));

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(options, TestContext.Current.CancellationToken));

        Assert.StartsWith("The password of the private Postgres is missing: restore", refused.Message);
        Assert.False(File.Exists(Path.Combine(Root, "data", "postmaster.pid")));
    }

    private async Task<EmbeddedPostgresException> StartFailsAsync(string version, string initDb = "exit 0", string pgCtl = "exit 0")
    {
        var fake = FakeBinaries.Create(_directory.Combine("bin"), version, initDb, pgCtl);
        var options = new EmbeddedPostgresOptions { Directory = _directory.Path, Search = new PostgresSearch(fake, "", []) };
        return await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(options, TestContext.Current.CancellationToken));
    }
}
