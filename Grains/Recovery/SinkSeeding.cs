using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Gives a sink that was added its groups, once no transaction is left that may not have seen it.</summary>
internal sealed partial class SinkSeeding(ILogger<SinkSeeding> logger)
{
    private static readonly Statement _addingSinks = QueueStatements.Load("adding_sinks");
    private static readonly Statement _seedSink = QueueStatements.Load("seed_sink");

    /// <summary>Answers how many sinks have become active.</summary>
    public async Task<int> SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var seeded = 0;
        foreach (var name in await _addingSinks.On(connection).AllAsync(r => r.GetString(0), cancellationToken))
        {
            // The first call draws the border behind which transactions have seen the sink; a later one finds the older ones ended.
            if (await TryAsync(connection, name, cancellationToken) || await TryAsync(connection, name, cancellationToken))
            {
                seeded++;
                LogSeeded(logger, name);
            }
        }

        return seeded;
    }

    public static async Task<bool> TryAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        await _seedSink.On(connection, name).FirstAsync(r => r.GetBoolean(0), cancellationToken);

    [LoggerMessage(EventIds.SinkSeeded, LogLevel.Information, "Sink {Sink} has all its groups and is active.")]
    static partial void LogSeeded(ILogger logger, string sink);
}
