using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Placement;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Retrying;
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
    ForgottenGroups forgotten,
    ResumedGroups resumed,
    UpkeepSweep upkeep,
    NotReadySweep notReady,
    RunNotifier notifier,
    QueueSampler sampler,
    QueueInstruments gauges,
    OrleansBatchInstruments instruments,
    DatabaseOutage outage,
    TroubleLog troubles,
    Retention retention,
    IOptions<OrleansBatchOptions> options,
    ILogger<RecoveryGrain> logger) : Grain, IRecoveryGrain, IRemindable, IAsyncDisposable
{
    private const string ReminderName = "sweep";
    private const int GroupsAtOnce = 5000;
    private const string Sweep = "The sweep";
    private const string Telling = "The telling of the hooks";

    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    // A sweep that a slow database makes fail takes longer than the pause.
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(3);

    private static readonly Statement _tryBegin = QueueStatements.Load("try_begin_sweep");
    private static readonly Statement _end = QueueStatements.Load("end_sweep");
    private static readonly Statement _ensurePartitions = QueueStatements.Load("ensure_partitions");
    private static readonly Statement _mendWakeups = QueueStatements.Load("mend_wakeups");

    private readonly RecoverySession _session = new(sources);
    private readonly CancellationTokenSource _leaving = new();
    private IGrainTimer? _timer;
    private Task _notifying = Task.CompletedTask;
    private bool _notifyAgain;
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
        var report = await _session.UseAsync(c => SweepAsync(c, cancellationToken), cancellationToken);
        await NotifyRunsAsync();
        return report;
    }

    public Task NotifyRunsAsync()
    {
        _notifyAgain = true;
        if (_notifying.IsCompleted)
        {
            _notifying = NotifyAsync();
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gauges.Hide();
        await _leaving.CancelAsync();
        await _session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _session.DisposeAsync();
    }

    private async Task<SweepReport> SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await _tryBegin.On(connection).FirstAsync(r => r.GetBoolean(0), cancellationToken))
        {
            return new SweepReport(false, 0, 0, 0, 0, 0, 0, 0);
        }

        var made = await _ensurePartitions.On(connection).FirstAsync(r => r.GetInt32(0), cancellationToken);
        var mended = await MendAsync(connection, cancellationToken);
        var seeded = await seeding.SweepAsync(connection, cancellationToken);
        var woken = await resumed.SweepAsync(connection, cancellationToken);
        var stranded = await stranding.SweepAsync(connection, cancellationToken);
        var gone = await forgotten.SweepAsync(connection, cancellationToken);
        var (dropped, held) = await retention.RunAsync(connection, cancellationToken);
        await upkeep.RunAsync(connection, cancellationToken);
        await notReady.RunAsync(connection, cancellationToken);
        await sampler.RunAsync(connection, held, cancellationToken);
        await _end.On(connection).FirstAsync(r => r.GetBoolean(0), cancellationToken);
        return new SweepReport(true, made, mended, seeded, woken, stranded, dropped, gone);
    }

    // Beside the calls, on the activation's scheduler: a hook may take its time.
    private async Task NotifyAsync()
    {
        while (_notifyAgain && !_leaving.IsCancellationRequested)
        {
            _notifyAgain = false;
            if (await Errors.CatchAsync(() => notifier.TellDueAsync(_session, _leaving.Token)) is not { } error)
            {
                troubles.Worked(Telling);
            }
            else if (!_leaving.IsCancellationRequested)
            {
                var endsAfter = (options.Value.SweepPeriod * 2) + _margin;
                outage.Log(error, () => troubles.Failed(Telling, endsAfter, error.Message, () => LogNotNotified(logger, error.Message)));
            }
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await SweepAsync(cancellationToken);
            _failures = 0;

            // A sweep that another one keeps from running, such as a broken one whose session is still there, says nothing.
            if (report.Ran)
            {
                troubles.Worked(Sweep);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var period = options.Value.SweepPeriod;
            var pause = DoublingPause.HalfRandom(++_failures, _firstPause, period < _longestPause ? period : _longestPause, Random.Shared);
            _timer!.Change(pause, period);
            var failures = _failures;
            outage.Log(e, () => troubles.Failed(
                Sweep, _longestPause + _margin, e.Message, () => LogFailed(logger, failures, pause, e.Message)));
        }
    }

    private async Task<int> MendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (last, mended) = await _mendWakeups.On(connection, _lastGroup, GroupsAtOnce)
            .FirstAsync(r => (r.NullOr<int?>(0), r.GetInt32(1)), cancellationToken);
        _lastGroup = last ?? 0;
        if (mended > 0)
        {
            instruments.WakeupsMended(mended);
            LogMended(logger, mended);
        }

        return mended;
    }
}
