using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>
/// Names at the start of a silo what the silo does not have in common with the others of its queue, as <c>doctor</c> does later.
/// </summary>
internal sealed partial class DifferenceNotes(
    NpgsqlDataSource source, EngineHealth health, TimeProvider time, ILogger<DifferenceNotes> logger) : BackgroundService
{
    // The silo is on record as running with its poller's session.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (health.ReadinessProblems().Count > 0)
            {
                await Task.Delay(_pause, time, stoppingToken);
            }

            foreach (var note in await source.ReadAsync("differing_silos", r => $"{r.GetString(0)} {r.GetString(1)}", stoppingToken))
            {
                LogDifference(logger, note);
            }
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The silo is stopping, or the database went away: doctor finds the same.
        }
    }

    [LoggerMessage(602, LogLevel.Warning, "{Difference}")]
    private static partial void LogDifference(ILogger logger, string difference);
}
