using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Interfaces.Hooks;

/// <summary>
/// Code of the host around each batch that a silo applies, in every sink. Any number of hooks may be registered as services of the host.
/// A hook runs on the sink's thread, within the sink's time-out.
/// An exception counts as the batch's own error, and the batch is tried again.
/// </summary>
public interface IBatchHook
{
    /// <summary>
    /// Answers whether the batch is to be applied. False skips the batch, on record with this hook's name.
    /// A hook that has skipped a batch is not asked about it again.
    /// </summary>
    /// <param name="context">The batch, the attempt and the fencing token.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group, the silo stops or the time-out has passed.</param>
    Task<bool> ShouldApplyAsync(BatchContext context, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>
    /// Hears that the sink has applied the batch, before the cursor passes the batch. After an error or a loss the hook is called again.
    /// </summary>
    /// <param name="context">The batch, the attempt and the fencing token.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group, the silo stops or the time-out has passed.</param>
    Task AfterAppliedAsync(BatchContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
