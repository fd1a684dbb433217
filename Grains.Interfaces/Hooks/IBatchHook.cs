using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Interfaces.Hooks;

/// <summary>
/// Is asked before and told after each batch that a silo applies, in whatever sink. Any number may be registered as services of the host.
/// It runs on the sink's thread, within the sink's time-out; what it throws counts as the batch's own error and is tried again.
/// </summary>
public interface IBatchHook
{
    /// <summary>
    /// Answers whether the batch is to be applied; false skips it, on record with this hook's name, and it is not asked again.
    /// </summary>
    /// <param name="context">The batch, the attempt and the fencing token.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group, the silo stops or the time-out has passed.</param>
    Task<bool> ShouldApplyAsync(BatchContext context, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>
    /// Hears that the sink has applied the batch, before the queue counts it as applied: after an error or a lost owner it is called again.
    /// </summary>
    /// <param name="context">The batch, the attempt and the fencing token.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group, the silo stops or the time-out has passed.</param>
    Task AfterAppliedAsync(BatchContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
