using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Wakes idle groups whose destinations are due for upkeep, a few at each sweep: a silo keeps up one group at a time.</summary>
internal sealed partial class UpkeepSweep(ILogger<UpkeepSweep> logger)
{
    private const int GroupsAtOnce = 20;

    private static readonly Statement _wakeUpkeep = QueueStatements.Load("wake_upkeep");

    /// <summary>Answers how many groups were woken.</summary>
    public async Task<int> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var woken = await _wakeUpkeep.On(connection, GroupsAtOnce).FirstAsync(r => r.GetInt32(0), cancellationToken);
        if (woken > 0)
        {
            LogWoken(logger, woken);
        }

        return woken;
    }

    [LoggerMessage(EventIds.UpkeepWoken, LogLevel.Debug, "{Count} groups are due for upkeep, and were woken.")]
    static partial void LogWoken(ILogger logger, int count);
}
