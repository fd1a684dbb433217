using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Drops daily partitions that are old enough and needed by nobody, in bounded steps: look through the groups of a partition a slice at a
/// time, detach it, look again at what can't change any more and forget its runs, drop it. What an earlier sweep left half done goes on.
/// </summary>
internal sealed partial class Retention(IOptions<OrleansBatchOptions> options, TimeProvider time, ILogger<Retention> logger)
{
    private const int GroupsAtOnce = 5000;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    private static readonly Statement NextPartition = Statement.Load("next_partition");
    private static readonly Statement FindHolder = Statement.Load("find_holder");
    private static readonly Statement ForgetSlice = Statement.Load("forget_slice");
    private static readonly Statement AttachPartition = Statement.Load("attach_partition");
    private static readonly Statement DropPartition = Statement.Load("drop_partition");

    // How far the groups of a partition are looked through: a group that was found past it stays past it, and what changes that none the
    // less (a replay, a new sink) is found once the partition is detached.
    private readonly Dictionary<string, int> _lookedTo = [];

    /// <summary>Takes as many steps as fit into a few seconds; answers how many partitions were dropped, and how many are held.</summary>
    public async Task<(int Dropped, int Held)> RunAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var (began, dropped, held, settled) = (time.GetTimestamp(), 0, 0, new List<string>());
        while (time.GetElapsedTime(began) < _longest && await NextAsync(connection, settled, ct) is { } day)
        {
            try
            {
                var step = await StepAsync(connection, day, ct);
                dropped += step == Step.Dropped ? 1 : 0;
                held += step == Step.Held ? 1 : 0;
                if (step != Step.GoesOn)
                {
                    settled.Add(day.Name);
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled)
            {
                // Somebody reads or writes with an older transaction; the next sweep goes on from here.
                LogWaits(logger, day.Name, e.MessageText);
                settled.Add(day.Name);
            }
            catch (PostgresException e) when (!ct.IsCancellationRequested && e.InvariantSeverity != "FATAL")
            {
                LogInTheWay(logger, day.Name, e.MessageText);
                settled.Add(day.Name);
            }
        }

        return (dropped, held);
    }

    private Task<DayPartition?> NextAsync(NpgsqlConnection connection, List<string> settled, CancellationToken ct) =>
        NextPartition.On(connection, options.Value.RetainFor.TotalSeconds, options.Value.RetainHistoryFor.TotalSeconds, settled.ToArray())
            .FirstAsync(r => new DayPartition(r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3), r.NullOr<string>(4)), ct);

    private async Task<Step> StepAsync(NpgsqlConnection connection, DayPartition day, CancellationToken ct)
    {
        if (day.Detach is not null)
        {
            if (day.State == "attached" && day.IsLog && await LookAsync(connection, day, ct) is { } notYet)
            {
                return notYet;
            }

            await DetachAsync(connection, day.Detach, ct);
            _lookedTo.Remove(day.Name);
            return Step.GoesOn;
        }

        if (!day.Overdue)
        {
            await AttachPartition.On(connection, day.Name).FirstAsync(_ => true, ct);
            LogAttached(logger, day.Name, "it is younger than what is kept");
            return Step.Settled;
        }

        return day.IsLog && await ForgetAsync(connection, day, ct) is { } goesOn ? goesOn : await DropAsync(connection, day, ct);
    }

    // Null: nobody needs it.
    private async Task<Step?> LookAsync(NpgsqlConnection connection, DayPartition day, CancellationToken ct)
    {
        var (last, group, sink, seq) = await FindHolder.On(connection, day.Name, _lookedTo.GetValueOrDefault(day.Name, -1), GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.NullOr<int?>(1), r.NullOr<string>(2), r.NullOr<long?>(3)), ct);
        if (group is not null)
        {
            LogHeld(logger, day.Name, group.Value, sink ?? "(there is no sink)", seq!.Value);
            return Step.Held;
        }

        if (last is null)
        {
            return null;
        }

        _lookedTo[day.Name] = last.Value;
        return Step.GoesOn;
    }

    // Null: all is forgotten.
    private async Task<Step?> ForgetAsync(NpgsqlConnection connection, DayPartition day, CancellationToken ct)
    {
        var (last, group) = await ForgetSlice.On(connection, day.Name, _lookedTo.GetValueOrDefault(day.Name, -1), GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.NullOr<int?>(1)), ct);
        if (group is not null)
        {
            await AttachPartition.On(connection, day.Name).FirstAsync(_ => true, ct);
            _lookedTo.Remove(day.Name);
            LogAttached(logger, day.Name, $"group {group} still needs its entries");
            return Step.Held;
        }

        if (last is null)
        {
            return null;
        }

        _lookedTo[day.Name] = last.Value;
        return Step.GoesOn;
    }

    private async Task<Step> DropAsync(NpgsqlConnection connection, DayPartition day, CancellationToken ct)
    {
        await DropPartition.On(connection, day.Name).FirstAsync(_ => true, ct);
        _lookedTo.Remove(day.Name);
        LogDropped(logger, day.Name);
        return Step.Dropped;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The server has made this text of a name in its own catalog.")]
    private static async Task DetachAsync(NpgsqlConnection connection, string statement, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private enum Step
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
