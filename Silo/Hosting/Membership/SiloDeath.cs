namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>
/// Learns from Orleans that this silo can't go on, as when the other silos have declared it dead. Orleans' own handler would end the
/// process on the spot with a stack dump. What the silo holds is safe: locks decide who works on a group, not the membership table.
/// </summary>
internal sealed class SiloDeath : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the task that gives the reason once the silo has died.</summary>
    public Task<string> Reason => _reason.Task;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => true;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception) => _reason.TrySetResult(
        exception is null
            ? "The other silos have declared this silo dead, because they could not reach it."
            : $"Orleans can't go on: {exception.Message.Split('\n', 2)[0].Trim()}");
}
