using Microsoft.Extensions.Options;
using OrleansBatch.Grains.Options;

namespace OrleansBatch.Grains.Sessions;

/// <summary>Refuses a connection that can't keep the times of the lock lifetime, before the silo takes any lock.</summary>
internal sealed class TcpConnectionValidator(EngineConnection connection) : IValidateOptions<OrleansBatchOptions>
{
    public ValidateOptionsResult Validate(string? name, OrleansBatchOptions options) => connection.UnixSocket is { } socket
        ? ValidateOptionsResult.Fail(
            $"The connection string names a Unix socket ({socket}): name the server by TCP, as in Host=127.0.0.1, because the server "
            + "notices a client that has gone silent, and so gives its locks back in time, only over TCP.")
        : ValidateOptionsResult.Success;
}
