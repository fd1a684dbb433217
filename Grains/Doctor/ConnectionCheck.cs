using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Doctor;

// Whether a connection has a session of its own.
internal static class ConnectionCheck
{
    public static async Task<List<Finding>> RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await SessionCheck.RunAsync(connectionString, cancellationToken);
            return [];
        }
        catch (PooledSessionException e)
        {
            return [new Finding("pooler", "error", "connection", e.Message, "--connection to Postgres itself")];
        }
    }
}
