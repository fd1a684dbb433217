namespace OrleansBatch.Silo.Hosting;

/// <summary>Leaves signals to the program, whose third one ends it at once. The host's own handler would swallow that signal.</summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
