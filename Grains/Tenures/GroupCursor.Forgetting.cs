using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Tenures;

// The group that is being forgotten: one statement when its sink is done with it, one when the sink could not.
internal sealed partial class GroupCursor
{
    private static readonly Statement _completeForget = QueueStatements.Load("complete_forget");
    private static readonly Statement _postponeForget = QueueStatements.Load("postpone_forget");

    /// <summary>Closes the request: this sink is done with the group.</summary>
    /// <param name="request">The request.</param>
    /// <param name="removed">False when the sink can't remove a group's rows, and keeps them.</param>
    public Task CompleteForgetAsync(DueRequest request, bool removed) =>
        WriteAsync(_completeForget, CancellationToken.None, key.GroupId, key.SinkId, Epoch, request.Id, removed, group.TeamId);

    /// <summary>Counts a try that failed; the request stays open.</summary>
    public Task PostponeForgetAsync(DueRequest request, EntryError error) =>
        WriteAsync(_postponeForget, CancellationToken.None, key.GroupId, key.SinkId, Epoch, request.Id, error.Message);
}
