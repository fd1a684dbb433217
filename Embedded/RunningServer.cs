using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace OrleansBatch.Embedded;

// Finds the server that other programs share or that a killed program left running.
internal sealed class RunningServer(ClusterDirectory directory, TimeSpan timeout)
{
    private static readonly TimeSpan _retryEvery = TimeSpan.FromMilliseconds(50);

    // Returns the port of the cluster's server, or null when none runs. Waits for a server that is starting or stopping.
    // Alone says that no other program uses the cluster. Only then may a stale postmaster.pid be removed.
    public async Task<int?> FindAsync(bool alone, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (PostmasterFile.TryRead(directory.PostmasterPid) is { } file)
        {
            var owner = file.FindOwner();
            if (alone && owner == PidOwner.Nobody)
            {
                // The server removes the file itself, after it has checked that no orphan still uses the shared memory.
                return null;
            }

            if (alone && owner == PidOwner.OtherProgram)
            {
                File.Delete(directory.PostmasterPid);
                return null;
            }

            switch (await AskAsync(file.Port, cancellationToken))
            {
                case Answer.Ours:
                    return file.Port;
                case Answer.OtherCluster when alone:
                    File.Delete(directory.PostmasterPid);
                    return null;
            }

            if (TimeProvider.System.GetElapsedTime(started) > timeout)
            {
                throw new EmbeddedPostgresException(
                    $"The private Postgres in {directory.Root} (pid {file.Pid}) does not answer on port {file.Port}: "
                    + "stop the programs that use it and that process; if the process is not a Postgres of this directory, "
                    + $"delete {directory.PostmasterPid}.");
            }

            await Task.Delay(_retryEvery, cancellationToken);
        }

        return null;
    }

    private async Task<Answer> AskAsync(int? port, CancellationToken cancellationToken)
    {
        if (port is null)
        {
            return Answer.None;
        }

        try
        {
            await using var connection = await ClusterConnection.OpenMaintenanceAsync(
                port.Value, directory.ReadPassword(), cancellationToken);
            return await SeesOurTokenAsync(connection, cancellationToken) ? Answer.Ours : Answer.OtherCluster;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new EmbeddedPostgresException(
                $"The private Postgres in {directory.Root} refuses the password in {directory.Password}: "
                    + "restore that file or the password.",
                e);
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            return Answer.None;
        }
    }

    // In a copied directory postmaster.pid and the password point at the original's server.
    // Only the server of this very directory can read back the token that was just written here.
    private async Task<bool> SeesOurTokenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var token = RandomNumberGenerator.GetHexString(32);
        await File.WriteAllTextAsync(directory.Token, token, cancellationToken);
        try
        {
            await using var read = new NpgsqlCommand("SELECT pg_read_file('../token', 0, 100, true)", connection);
            return token == await read.ExecuteScalarAsync(cancellationToken) as string;
        }
        finally
        {
            File.Delete(directory.Token);
        }
    }

    private enum Answer
    {
        None,
        Ours,
        OtherCluster,
    }
}
