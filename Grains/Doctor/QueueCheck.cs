using Npgsql;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Doctor;

// What the queue's own tables tell.
internal static class QueueCheck
{
    // The statement reads whole tables.
    private const int Seconds = 120;

    private static readonly Statement _diagnose = QueueStatements.Load("diagnose");

    public static async Task<List<Finding>> RunAsync(
        NpgsqlDataSource source, OrleansBatchOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var command = _diagnose.On(connection, options.StuckBatchAfter);
        command.CommandTimeout = Seconds;
        return await command.AllAsync(
            r => new Finding(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)), cancellationToken);
    }
}
