using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Wakes the groups that an owner parked for a pause while an operator ended it.</summary>
internal sealed partial class ResumedGroups(ILogger<ResumedGroups> logger)
{
    private const int GroupsAtOnce = 10_000;

    private static readonly Statement _wakeResumed = QueueStatements.Load("wake_resumed");

    /// <summary>Answers how many groups were woken.</summary>
    public async Task<int> SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var woken = await _wakeResumed.On(connection, GroupsAtOnce).FirstAsync(r => r.GetInt32(0), cancellationToken);
        if (woken > 0)
        {
            LogWoken(logger, woken);
        }

        return woken;
    }

    [LoggerMessage(
        EventIds.PausedGroupsWoken, LogLevel.Information,
        "{Count} groups were parked for a pause that was over, and are awake now.")]
    static partial void LogWoken(ILogger logger, int count);
}
