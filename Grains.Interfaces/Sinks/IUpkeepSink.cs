namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink whose destinations want upkeep now and then, such as small files that are to become large ones. The group's owner has it done
/// while it holds the group's lock. Batches come first, and no trouble in upkeep concerns a batch.
/// </summary>
public interface IUpkeepSink : IBatchSink
{
    /// <summary>
    /// Answers from memory when the group's destination next wants upkeep; null while nothing is known to be due.
    /// The owner asks when it has worked off the group's batches.
    /// </summary>
    /// <param name="group">The group, whose destination this silo may have open.</param>
    DateTimeOffset? UpkeepDueAt(GroupKey group);

    /// <summary>
    /// Does one slice of upkeep. The call comes again until the result says that it is done, and batches that wait come in between.
    /// The call may come again after an error or a loss: what is done already must be found done.
    /// </summary>
    /// <param name="context">What to do, the fencing token, and the check to make right before a commit.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No commit may follow.</param>
    /// <exception cref="SinkNotReadyException">The destination can't be written now. Upkeep that is due comes again later.</exception>
    /// <exception cref="UpkeepRefusedException">What an operator asked for can't be done. The message says why, and what to do.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was committed.</exception>
    Task<UpkeepResult> KeepUpAsync(UpkeepContext context, CancellationToken cancellationToken);
}
