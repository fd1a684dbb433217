using Npgsql;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Doctor;

/// <summary>
/// Looks for what is not as it should be, from the way to the database to what is on record in it. The doctor changes nothing.
/// </summary>
/// <param name="connectionString">The database, migrated.</param>
/// <param name="options">The settings that silos would start with.</param>
/// <param name="time">The host's clock.</param>
public sealed class Doctor(string connectionString, OrleansBatchOptions options, TimeProvider time)
{
    /// <summary>Examines everything; empty when all is well.</summary>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        var settings = SettingsCheck.Run(connectionString, options);
        var session = await ConnectionCheck.RunAsync(connectionString, cancellationToken);
        List<Finding> findings = [.. settings, .. session];
        await using var source = ReportingPool.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "orleans-batch-doctor",
            Pooling = false,
        });
        if (settings.Count == 0 && session.Count == 0)
        {
            // Behind a pooler that shares sessions the settings would stay on sessions that others use.
            findings.AddRange(await KeptSettingsCheck.RunAsync(source, options, cancellationToken));
        }

        findings.AddRange(await ClockCheck.RunAsync(source, time, cancellationToken));
        findings.AddRange(await QueueCheck.RunAsync(source, options, cancellationToken));
        return findings;
    }
}
