using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Takes groups that are being forgotten out of the queue, once their sinks are done with them. Each statement deletes a bounded number of
/// rows, so that a removal goes on where it was cut off.
/// </summary>
internal sealed partial class ForgottenGroups(TimeProvider time, ILogger<ForgottenGroups> logger)
{
    private const int GroupsAtOnce = 1000;
    private const int RowsAtOnce = 5000;

    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(5);

    private static readonly Statement _forgottenGroups = QueueStatements.Load("forgotten_groups");
    private static readonly Statement _removeGroup = QueueStatements.Load("remove_group");

    private int _lastGroup;

    /// <summary>Answers how many groups are gone.</summary>
    public async Task<int> SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var removed = 0;
        var groups = await _forgottenGroups.On(connection, _lastGroup, GroupsAtOnce)
            .AllAsync(r => (Id: r.GetInt32(0), Key: new GroupKey(r.GetInt64(1), r.GetString(2))), cancellationToken);
        foreach (var (id, key) in groups)
        {
            string? outcome;
            do
            {
                if (time.GetElapsedTime(start) > _enough)
                {
                    return removed;
                }

                outcome = await _removeGroup.On(connection, id, RowsAtOnce).FirstAsync(r => r.GetString(0), cancellationToken);
            }
            while (outcome == "more");

            // Groups that wait hold up none behind them.
            _lastGroup = id;
            if (outcome == "removed")
            {
                removed++;
                LogRemoved(logger, key);
            }
        }

        _lastGroup = groups.Count < GroupsAtOnce ? 0 : _lastGroup;
        return removed;
    }

    [LoggerMessage(EventIds.GroupForgotten, LogLevel.Information, "Group {Group} is forgotten: nothing of it is left in the queue.")]
    static partial void LogRemoved(ILogger logger, GroupKey group);
}
