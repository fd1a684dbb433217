namespace OrleansBatch.Embedded;

// The user whose rights the server's binaries get. Postgres refuses to run as root, so root starts it as another user.
internal sealed class ServerUser
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    // Reading and searching is the smaller right, but containers often grant only the larger one.
    private static readonly string[] _capabilities = ["", "dac_read_search", "dac_override"];

    private readonly string[] _prefix;
    private readonly string? _owner;

    private ServerUser(string[] prefix, string? owner) => (_prefix, _owner) = (prefix, owner);

    public static async Task<ServerUser> ChooseAsync(
        ClusterDirectory directory, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new ServerUser([], owner: null);
        }

        var (uid, gid) = await FindOwnerAsync(directory, cancellationToken);
        if (!directory.IsInitialised)
        {
            await ChildProcess.RunAsync(["chown", $"{uid}:{gid}", directory.Root], _timeout, cancellationToken);
        }

        foreach (var capability in _capabilities)
        {
            string[] rights = capability.Length == 0 ? [] : [$"--inh-caps=+{capability}", $"--ambient-caps=+{capability}"];
            string[] prefix = ["setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", .. rights];
            string[] probe = [.. prefix, "sh", "-c", "cd \"$1\" && \"$2\" --version", "sh", directory.Root, binaries.Postgres];
            if ((await ChildProcess.RunAsync(probe, _timeout, cancellationToken)).ExitCode == 0)
            {
                return new ServerUser(prefix, $"{uid}:{gid}");
            }
        }

        throw new EmbeddedPostgresException(
            $"Postgres refuses to run as root, and user {uid} cannot be used for it or cannot reach "
            + $"{directory.Root} and {binaries.Folder}: "
            + "start the program as another user, use a working directory that every user may enter, or pass --connection.");
    }

    public IReadOnlyList<string> Command(params string[] command) => [.. _prefix, .. command];

    public async Task TakeOverAsync(string path, CancellationToken cancellationToken)
    {
        if (_owner is not null)
        {
            await ChildProcess.RunAsync(["chown", _owner, path], _timeout, cancellationToken);
        }
    }

    // A cluster that an ordinary user made stays that user's, also when root comes along.
    private static async Task<(int Uid, int Gid)> FindOwnerAsync(ClusterDirectory directory, CancellationToken cancellationToken)
    {
        const string Script = """
            if [ -d "$1" ] && owner=$(stat -c '%u %g' "$1") && [ "${owner%% *}" != 0 ]; then echo "$owner"
            elif uid=$(id -u postgres 2>/dev/null); then echo "$uid $(id -g postgres)"
            else echo "$(id -u nobody) $(id -g nobody)"
            fi
            """;
        var result = await ChildProcess.RunAsync(["sh", "-c", Script, "sh", directory.Data], _timeout, cancellationToken);
        var words = result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && int.TryParse(words[0], out var uid) && int.TryParse(words[1], out var gid)
            ? (uid, gid)
            : throw new EmbeddedPostgresException(
                "Postgres refuses to run as root and no user postgres or nobody exists to run it: start the program as another user.");
    }
}
