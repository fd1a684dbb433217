using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>Ends on record the waiting of groups that another silo has taken on since.</summary>
internal sealed partial class NotReadySweep(ILogger<NotReadySweep> logger)
{
    private static readonly Statement _endAll = QueueStatements.Load("end_all_not_ready");

    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var over = await _endAll.On(connection).AllAsync(
            r => (Group: new GroupKey(r.GetInt64(0), r.GetString(1)), Sink: r.GetString(2), Tries: r.GetInt32(3),
                Waited: TimeSpan.FromSeconds(r.GetDouble(4))),
            cancellationToken);
        foreach (var (group, sink, tries, waited) in over)
        {
            LogOver(logger, group, sink, tries, waited);
        }
    }

    [LoggerMessage(
        EventIds.SinkWaitEndedElsewhere, LogLevel.Information,
        "Group {Group} of sink {Sink} no longer waits for the sink, which was asked {Tries} times in {Waited}.")]
    static partial void LogOver(ILogger logger, GroupKey group, string sink, int tries, TimeSpan waited);
}
