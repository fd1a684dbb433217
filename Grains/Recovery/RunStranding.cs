using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Ends the open runs whose producers have gone, by a marker in their groups' logs.</summary>
internal sealed partial class RunStranding(IOptions<OrleansBatchOptions> options, ILogger<RunStranding> logger)
{
    private static readonly Statement _strandRuns = QueueStatements.Load("strand_runs");

    /// <summary>Answers how many runs were stranded.</summary>
    public async Task<int> SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var idle = options.Value.StrandedAfter;
        var stranded = await _strandRuns.On(connection, idle.TotalSeconds).FirstAsync(r => r.GetInt32(0), cancellationToken);
        if (stranded > 0)
        {
            LogStranded(logger, stranded, idle);
        }

        return stranded;
    }

    [LoggerMessage(
        EventIds.RunsStranded, LogLevel.Warning,
        "{Count} runs were stranded: for {Idle} their producers gave no sign of life and nothing in their groups got on.")]
    static partial void LogStranded(ILogger logger, int count, TimeSpan idle);
}
