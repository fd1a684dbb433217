namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>
/// A sink that can remove what it holds of a group, because an operator wants the group forgotten. A sink that is none keeps its rows.
/// </summary>
public interface IForgettingSink : IBatchSink
{
    /// <summary>
    /// Removes everything that the sink holds of the group: rows, marks of applied batches, tokens, and what lies beside them.
    /// The call comes at a boundary, while this silo owns the group, and never beside another call for the group.
    /// The call comes again after an error or a loss, and when nothing is left: a repeated call must change nothing.
    /// A group of the same name may begin anew afterwards, at seq 1 and with a higher token.
    /// </summary>
    /// <param name="context">The group, the fencing token, and the check to make right before a removal that can't be taken back.</param>
    /// <param name="cancellationToken">Cancelled when the owner loses the group or the silo stops. No removal may follow.</param>
    /// <exception cref="SinkNotReadyException">The sink can't remove the rows now. The call comes again within seconds.</exception>
    /// <exception cref="OwnershipLostException">The group has another owner by now; nothing was removed.</exception>
    Task ForgetAsync(ForgetContext context, CancellationToken cancellationToken);
}
