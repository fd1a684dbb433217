using System.Globalization;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Doctor;

// Whether this host and the database agree on the time. The engine goes by the database's alone; logs and people go by both.
internal static class ClockCheck
{
    private static readonly TimeSpan _tolerated = TimeSpan.FromSeconds(2);

    private static readonly Statement _readClock = QueueStatements.Load("read_clock");

    public static async Task<List<Finding>> RunAsync(NpgsqlDataSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var asked = time.GetUtcNow();
        var there = await _readClock.On(connection).FirstAsync(r => r.GetFieldValue<DateTimeOffset>(0), cancellationToken);
        var answered = time.GetUtcNow();

        // The answer was true at some moment between the two.
        var ahead = there > answered ? there - answered : there < asked ? there - asked : TimeSpan.Zero;
        return ahead.Duration() <= _tolerated ? [] :
        [
            new Finding(
                "clock_differs", "warning", Environment.MachineName,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The database's clock is {ahead.Duration().TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} ")
                    + "this host's: the queue goes by the database's, log files by the host's.",
                "Synchronise the clocks of this host and the database server (NTP)."),
        ];
    }
}
