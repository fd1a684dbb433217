namespace OrleansBatch.Embedded;

internal static class ClusterCreator
{
    public const string SuperUser = "orleans_batch";

    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);

    // Every setting that decides whether a commit survives a crash stays at its default.
    private const string Settings = """

        # Written by OrleansBatch when it made this private cluster.
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        max_connections = 200
        """;

    public static async Task CreateAsync(
        ClusterDirectory directory, PostgresBinaries binaries, ServerUser user, CancellationToken cancellationToken)
    {
        if (Directory.Exists(directory.NewData))
        {
            Directory.Delete(directory.NewData, recursive: true);
        }

        directory.WriteNewPassword();
        await user.TakeOverAsync(directory.Password, cancellationToken);
        var command = user.Command(
            binaries.InitDb, "--pgdata", directory.NewData, "--username", SuperUser, "--pwfile", directory.Password,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C");
        var result = await ChildProcess.RunAsync(command, _timeout, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new EmbeddedPostgresException(
                $"initdb could not make the private Postgres in {directory.Root}: {result.LastLine}");
        }

        await File.AppendAllTextAsync(Path.Combine(directory.NewData, "postgresql.conf"), Settings + "\n", cancellationToken);
        Directory.Move(directory.NewData, directory.Data);
    }
}
