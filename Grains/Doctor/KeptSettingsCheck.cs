using Npgsql;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Doctor;

// Whether a session keeps the time-outs of the lock lifetime: not every system knows them all, and a server that ignores one lets a silent
// owner keep its lock for longer.
internal static class KeptSettingsCheck
{
    private static readonly Statement _keptSettings = QueueStatements.Load("kept_settings");

    public static async Task<List<Finding>> RunAsync(
        NpgsqlDataSource source, OrleansBatchOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await EngineDataSources.SettleAsync(connection, options.StatementTimeout, options.IdleTimeout);
        return await _keptSettings.On(
                connection, EngineDataSources.Milliseconds(options.StatementTimeout), EngineDataSources.Milliseconds(options.IdleTimeout))
            .AllAsync(
                r => new Finding(
                    "setting_not_kept", "error", r.GetString(0),
                    $"The server keeps {r.GetString(0)} at {r.GetString(2)} instead of {r.GetString(1)}, so a silent owner may keep its "
                        + "lock for longer than the lock lifetime.",
                    "--connection by TCP to a server whose system knows the setting"),
                cancellationToken);
    }
}
