using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Placement;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// The cluster's sweeper, kept alive by a reminder and paced by a timer. A backstop only: no group waits for it, and it writes no cursor.
/// </summary>
[GrainType("batch-recovery"), Immovable]
internal sealed partial class RecoveryGrain(
    EngineDataSources sources,
    SinkSeeding seeding,
    RunStranding stranding,
    ResumedGroups resumed,
    OrleansBatchInstruments instruments,
    IOptions<OrleansBatchOptions> options,
    ILogger<RecoveryGrain> logger) : Grain, IRecoveryGrain, IRemindable, IAsyncDisposable
{
    private const string ReminderName = "sweep";
    private const int GroupsAtOnce = 5000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private static readonly Statement TryBegin = Statement.Load("try_begin_sweep");
    private static readonly Statement End = Statement.Load("end_sweep");
    private static readonly Statement EnsurePartitions = Statement.Load("ensure_partitions");
    private static readonly Statement MendWakeups = Statement.Load("mend_wakeups");
    private static readonly Statement SampleQueue = Statement.Load("sample_queue");

    private NpgsqlConnection? _connection;
    private IGrainTimer? _timer;
    private int _failures;
    private int _lastGroup;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var period = options.Value.SweepPeriod;
        _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task EnsureScheduledAsync() => this.RegisterOrUpdateReminder(ReminderName, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    // Being called is enough: the activation's timer sweeps.
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    public async Task<SweepReport> SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await sources.Recovery.OpenConnectionAsync(cancellationToken);
            if (!await TryBegin.On(_connection).FirstAsync(r => r.GetBoolean(0), cancellationToken))
            {
                return new SweepReport(false, 0, 0, 0, 0, 0);
            }

            var made = await EnsurePartitions.On(_connection).FirstAsync(r => r.GetInt32(0), cancellationToken);
            var mended = await MendAsync(_connection, cancellationToken);
            var seeded = await seeding.SweepAsync(_connection, cancellationToken);
            var woken = await resumed.SweepAsync(_connection, cancellationToken);
            var stranded = await stranding.SweepAsync(_connection, cancellationToken);
            instruments.Sampled((await SampleQueue.On(_connection).FirstAsync(
                r => new QueueSample(r.GetInt32(0), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3)), cancellationToken))!);
            await End.On(_connection).FirstAsync(r => r.GetBoolean(0), cancellationToken);
            return new SweepReport(true, made, mended, seeded, woken, stranded);
        }
        catch
        {
            // Closing the connection ends the sweep's lock as well.
            await DropConnectionAsync();
            throw;
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => DropConnectionAsync();

    public async ValueTask DisposeAsync() => await DropConnectionAsync();

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
            _failures = 0;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var period = options.Value.SweepPeriod;
            var pause = ReconnectPause.After(++_failures, FirstPause, period < LongestPause ? period : LongestPause, Random.Shared);
            _timer!.Change(pause, period);
            LogFailed(logger, _failures, pause, e.Message);
        }
    }

    private async Task<int> MendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (last, mended) = await MendWakeups.On(connection, _lastGroup, GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.GetInt32(1)), cancellationToken);
        _lastGroup = last ?? 0;
        if (mended > 0)
        {
            instruments.WakeupsMended(mended);
            LogMended(logger, mended);
        }

        return mended;
    }

    private async Task DropConnectionAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(300, LogLevel.Warning, "The sweep failed {Failures} times in a row; the next one is in {Pause}. {Error}")]
    static partial void LogFailed(ILogger logger, int failures, TimeSpan pause, string error);

    [LoggerMessage(301, LogLevel.Warning, "{Count} groups had unfinished entries but no wakeup: somebody deleted wakeups, or a sink was inserted by hand. They have one now.")]
    static partial void LogMended(ILogger logger, int count);
}
