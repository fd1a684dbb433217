using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Hooks;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Queue;
using OrleansBatch.Grains.Retrying;

namespace OrleansBatch.Grains.Recovery;

/// <summary>
/// Tells the host's hooks how runs ended, from the outbox that owners fill: at least once each, several runs side by side, so that a hook
/// which fails or hangs for one delays no other. Between two statements it holds no connection, only its lock.
/// </summary>
internal sealed partial class RunNotifier(
    IEnumerable<IRunHook> hooks, TroubleLog troubles, IOptions<OrleansBatchOptions> options, TimeProvider time,
    ILogger<RunNotifier> logger)
{
    private const int AtOnce = 16;

    private static readonly TimeSpan _longestCall = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _lookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _margin = TimeSpan.FromMinutes(5);

    private static readonly Statement _tryBegin = QueueStatements.Load("try_begin_notifying");
    private static readonly Statement _end = QueueStatements.Load("end_notifying");
    private static readonly Statement _due = QueueStatements.Load("due_notifications");
    private static readonly Statement _forget = QueueStatements.Load("forget_notification");
    private static readonly Statement _postpone = QueueStatements.Load("postpone_notification");

    private readonly IReadOnlyList<IRunHook> _hooks = [.. hooks];

    /// <summary>Tells what is due until nothing is; does nothing while another session in the cluster is at it.</summary>
    public async Task TellDueAsync(RecoverySession session, CancellationToken cancellationToken)
    {
        if (_hooks.Count == 0 || await session.UseAsync(c => BeginAsync(c, cancellationToken), cancellationToken) is not { } locked)
        {
            return;
        }

        var told = new Dictionary<(Guid Run, short Sink), Task>();
        do
        {
            var due = await session.UseAsync(
                locked, c => _due.On(c, AtOnce + told.Count).AllAsync(Read, cancellationToken), cancellationToken);
            var untold = due.Where(d => !told.ContainsKey((d.Notification.RunId, d.Sink)));
            foreach (var (sink, notification) in untold.Take(AtOnce - told.Count))
            {
                told[(notification.RunId, sink)] = TellAsync(session, locked, sink, notification, cancellationToken);
            }

            if (told.Count > 0)
            {
                await Task.WhenAny(told.Values.Append(Task.Delay(_lookAgain, time, cancellationToken)));
            }

            foreach (var (key, call) in told.Where(t => t.Value.IsCompleted).ToList())
            {
                told.Remove(key);
                await call;
            }
        }
        while (told.Count > 0 && !cancellationToken.IsCancellationRequested);
        await session.UseAsync(locked, c => _end.On(c).FirstAsync(r => r.GetBoolean(0), cancellationToken), cancellationToken);
    }

    private static async Task<NpgsqlConnection?> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await _tryBegin.On(connection).FirstAsync(r => r.GetBoolean(0), cancellationToken) ? connection : null;

    private async Task TellAsync(
        RecoverySession session, NpgsqlConnection locked, short sink, RunNotification notification, CancellationToken cancellationToken)
    {
        var errors = new List<Exception>();
        foreach (var hook in _hooks)
        {
            if (await Errors.CatchAsync(() => CallAsync(hook, notification, cancellationToken)) is { } error)
            {
                errors.Add(error);
                LogOnce(hook, notification, error);
            }
            else
            {
                troubles.Worked(NameOf(hook), (notification.RunId, notification.Sink));
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        await session.UseAsync(
            locked,
            c => (errors.Count == 0
                ? _forget.On(c, notification.RunId, sink)
                : _postpone.On(c, notification.RunId, sink, WaitAfter(notification).TotalSeconds, StorableText.Of(errors[0].Message)))
                .FirstAsync(r => r.GetInt32(0), cancellationToken),
            cancellationToken);
    }

    // On the thread pool: a hook may block. One that ignores its token is left to itself.
    private async Task CallAsync(IRunHook hook, RunNotification notification, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_longestCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var token = either.Token;
        var call = Task.Run(
            () => notification.State == "failed" ? hook.RunFailedAsync(notification, token) : hook.RunFinishedAsync(notification, token),
            CancellationToken.None);
        try
        {
            await call.WaitAsync(token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {_longestCall.TotalSeconds} s.");
        }
    }

    // A hook is in trouble until it has heard of every end that it failed at.
    private void LogOnce(IRunHook hook, RunNotification notification, Exception error) => troubles.Failed(
        NameOf(hook), options.Value.BackoffCap + options.Value.SweepPeriod + _margin, error.Message,
        () => LogFailed(logger, hook.GetType().Name, notification.RunId, notification.Sink, error.Message),
        (notification.RunId, notification.Sink));

    private static string NameOf(IRunHook hook) => $"The hook {hook.GetType().Name}";

    private TimeSpan WaitAfter(RunNotification notification) =>
        DoublingPause.FullyRandom(notification.Tries + 1, options.Value.BackoffBase, options.Value.BackoffCap, Random.Shared);

    private static (short Sink, RunNotification Notification) Read(Row r) => (r.GetInt16(1), new RunNotification
    {
        RunId = r.GetGuid(0),
        Group = new GroupKey(r.GetInt64(2), r.GetString(3)),
        Sink = r.GetString(4),
        State = r.GetString(5),
        BatchesApplied = r.GetInt64(6),
        BatchesSkipped = r.GetInt64(7),
        RowsApplied = r.NullOr<long?>(8),
        RowsAnnounced = r.NullOr<long?>(14),
        RowsReplaced = r.NullOr<long?>(15),
        ValuesRounded = r.GetInt64(16),
        FirstError = r.NullOr<string>(9),
        CreatedAt = r.GetFieldValue<DateTimeOffset>(10),
        StartedAt = r.GetFieldValue<DateTimeOffset>(11),
        FinishedAt = r.GetFieldValue<DateTimeOffset>(12),
        Tries = r.GetInt32(13),
    });

    [LoggerMessage(
        EventIds.HookFailed, LogLevel.Warning,
        "The hook {Hook} failed for the end of run {RunId} in sink {Sink}; it is told again later. {Error}")]
    static partial void LogFailed(ILogger logger, string hook, Guid runId, string sink, string error);
}
