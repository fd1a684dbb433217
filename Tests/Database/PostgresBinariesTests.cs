using OrleansBatch.Embedded;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

public sealed class PostgresBinariesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_binaries_say_how_to_install_them()
    {
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => FindAsync(new PostgresSearch(null, "", [])));

        Assert.Equal(ExitCodes.Environment, ErrorText.For(refused).ExitCode);
        Assert.Equal(
            "No Postgres server was found on this machine: install it with \"apt-get install postgresql\" (or your system's package), "
            + "set ORLEANSBATCH_PG_BIN to the folder with its binaries, or pass --connection.",
            refused.Message);
    }

    [Fact]
    public async Task Too_old_binaries_are_refused()
    {
        var old = FakeBinaries.Create(_directory.Combine("old"), "13.16 (Debian)");

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => FindAsync(new PostgresSearch(old, "", [])));

        Assert.StartsWith($"Postgres 13 in {old} is too old, 14 or newer is needed: install it", refused.Message);
    }

    [Fact]
    public async Task Named_folder_without_binaries_is_refused_although_others_have_them()
    {
        var good = FakeBinaries.Create(_directory.Combine("good"), "17.2");

        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() => FindAsync(new PostgresSearch("/nonexistent", good, [])));

        Assert.StartsWith("ORLEANSBATCH_PG_BIN is /nonexistent, but no working postgres, initdb, pg_ctl are in", refused.Message);
    }

    [Fact]
    public async Task Link_on_the_path_leads_to_the_real_folder()
    {
        var real = FakeBinaries.Create(_directory.Combine("real"), "16.1");
        var path = Directory.CreateDirectory(_directory.Combine("path")).FullName;
        File.CreateSymbolicLink(Path.Combine(path, "postgres"), Path.Combine(real, "postgres"));

        Assert.Equal(new PostgresBinaries(real, 16), await FindAsync(new PostgresSearch(null, path, [])));
    }

    [Fact]
    public async Task Highest_version_wins_unless_the_cluster_needs_another()
    {
        var nine = FakeBinaries.Create(_directory.Combine("9", "bin"), "9.6.24");
        var fourteen = FakeBinaries.Create(_directory.Combine("14", "bin"), "14.9");
        var seventeen = FakeBinaries.Create(_directory.Combine("17", "bin"), "17beta1");
        var search = new PostgresSearch(null, Path.GetDirectoryName(nine), [_directory.Combine("*", "bin")]);

        Assert.Equal(new PostgresBinaries(seventeen, 17), await FindAsync(search));
        Assert.Equal(new PostgresBinaries(fourteen, 14), await FindAsync(search, preferredMajor: 14));
    }

    private static Task<PostgresBinaries> FindAsync(PostgresSearch search, int? preferredMajor = null) =>
        PostgresBinaries.FindAsync(search, preferredMajor, TestContext.Current.CancellationToken);
}
