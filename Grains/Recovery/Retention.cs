using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Drops daily partitions that are old enough and needed by nobody, in bounded steps:
/// <list type="number">
/// <item>Look through the groups of a partition a slice at a time.</item>
/// <item>Detach the partition.</item>
/// <item>Look again at what can't change any more, and forget the partition's runs.</item>
/// <item>Drop the partition.</item>
/// </list>
/// What an earlier sweep left half done goes on.
/// </summary>
internal sealed partial class Retention(
    IOptions<OrleansBatchOptions> options, TroubleLog troubles, TimeProvider time, ILogger<Retention> logger)
{
    private const int GroupsAtOnce = 5000;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(3);

    private static readonly Statement _nextPartition = QueueStatements.Load("next_partition");
    private static readonly Statement _findHolder = QueueStatements.Load("find_holder");
    private static readonly Statement _forgetSlice = QueueStatements.Load("forget_slice");
    private static readonly Statement _attachPartition = QueueStatements.Load("attach_partition");
    private static readonly Statement _dropPartition = QueueStatements.Load("drop_partition");

    // How far the groups of a partition are looked through. A group that was found past the partition stays past it. What changes none
    // the less (a replay, a new sink) is found once the partition is detached.
    private readonly Dictionary<string, int> _lookedTo = [];

    /// <summary>Takes as many steps as fit into a few seconds; answers how many partitions were dropped, and how many are held.</summary>
    public async Task<(int Dropped, int Held)> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (began, dropped, held, settled) = (time.GetTimestamp(), 0, 0, new List<string>());
        while (time.GetElapsedTime(began) < _longest && await NextAsync(connection, settled, cancellationToken) is { } day)
        {
            try
            {
                var step = await StepAsync(connection, day, cancellationToken);
                dropped += step == Progress.Dropped ? 1 : 0;
                held += step == Progress.Held ? 1 : 0;
                if (step != Progress.GoesOn)
                {
                    settled.Add(day.Name);
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled)
            {
                // Somebody reads or writes with an older transaction; the next sweep goes on from here.
                LogOnce("The detaching of", day, e.MessageText, () => LogWaits(logger, day.Name, e.MessageText));
                settled.Add(day.Name);
            }
            catch (PostgresException e) when (!cancellationToken.IsCancellationRequested && e.InvariantSeverity != "FATAL")
            {
                LogOnce("The work on", day, e.MessageText, () => LogInTheWay(logger, day.Name, e.MessageText));
                settled.Add(day.Name);
            }
        }

        return (dropped, held);
    }

    private Task<DayPartition?> NextAsync(NpgsqlConnection connection, List<string> settled, CancellationToken cancellationToken) =>
        _nextPartition.On(connection, options.Value.RetainFor.TotalSeconds, options.Value.RetainHistoryFor.TotalSeconds, settled.ToArray())
            .FirstAsync(
                r => new DayPartition(r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3), r.NullOr<string>(4)),
                cancellationToken);

    private async Task<Progress> StepAsync(NpgsqlConnection connection, DayPartition day, CancellationToken cancellationToken)
    {
        if (day.Detach is not null)
        {
            if (day.State == "attached" && day.IsLog && await LookAsync(connection, day, cancellationToken) is { } notYet)
            {
                return notYet;
            }

            await DetachAsync(connection, day.Detach, cancellationToken);
            _lookedTo.Remove(day.Name);
            return Progress.GoesOn;
        }

        if (!day.Overdue)
        {
            await _attachPartition.On(connection, day.Name).FirstAsync(_ => true, cancellationToken);
            LogAttached(logger, day.Name, "it is younger than what is kept");
            return Progress.Settled;
        }

        return day.IsLog && await ForgetAsync(connection, day, cancellationToken) is { } goesOn
            ? goesOn
            : await DropAsync(connection, day, cancellationToken);
    }

    // Null: nobody needs it.
    private async Task<Progress?> LookAsync(NpgsqlConnection connection, DayPartition day, CancellationToken cancellationToken)
    {
        var (last, group, sink, seq) = await _findHolder.On(connection, day.Name, _lookedTo.GetValueOrDefault(day.Name, -1), GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.NullOr<int?>(1), r.NullOr<string>(2), r.NullOr<long?>(3)), cancellationToken);
        if (group is not null)
        {
            var holder = $"Group {group} of sink {sink} needs it up to seq {seq}.";
            LogOnce("The keeping of", day, holder, () => LogHeld(logger, day.Name, group.Value, sink ?? "(there is no sink)", seq!.Value));
            return Progress.Held;
        }

        if (last is null)
        {
            return null;
        }

        _lookedTo[day.Name] = last.Value;
        return Progress.GoesOn;
    }

    // Null: all is forgotten.
    private async Task<Progress?> ForgetAsync(NpgsqlConnection connection, DayPartition day, CancellationToken cancellationToken)
    {
        var (last, group) = await _forgetSlice.On(connection, day.Name, _lookedTo.GetValueOrDefault(day.Name, -1), GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.NullOr<int?>(1)), cancellationToken);
        if (group is not null)
        {
            await _attachPartition.On(connection, day.Name).FirstAsync(_ => true, cancellationToken);
            _lookedTo.Remove(day.Name);
            LogAttached(logger, day.Name, $"group {group} still needs its entries");
            return Progress.Held;
        }

        if (last is null)
        {
            return null;
        }

        _lookedTo[day.Name] = last.Value;
        return Progress.GoesOn;
    }

    private async Task<Progress> DropAsync(NpgsqlConnection connection, DayPartition day, CancellationToken cancellationToken)
    {
        await _dropPartition.On(connection, day.Name).FirstAsync(_ => true, cancellationToken);
        _lookedTo.Remove(day.Name);
        LogDropped(logger, day.Name);
        return Progress.Dropped;
    }

    // The same is found again with every sweep.
    private void LogOnce(string what, DayPartition day, string error, Action log) =>
        troubles.Repeated($"{what} partition {day.Name}", (options.Value.SweepPeriod * 2) + _margin, error, log);

    [SuppressMessage("Security", "CA2100", Justification = "The server has made this text of a name in its own catalog.")]
    private static async Task DetachAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private enum Progress
    {
        GoesOn,
        Held,
        Settled,
        Dropped,
    }

    private sealed record DayPartition(string Parent, string Name, string State, bool Overdue, string? Detach)
    {
        public bool IsLog => Parent == "log_entry";
    }
}
