using Microsoft.Extensions.Hosting;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Hosting;

/// <summary>
/// Refuses to start a silo that would reach the database through a pooler which shares sessions, before anything else runs.
/// </summary>
internal sealed class SessionCheckService(EngineConnection connection) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => SessionCheck.RunAsync(connection.ConnectionString, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
