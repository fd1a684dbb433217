using Npgsql;
using OrleansBatch.Grains.Interfaces.Operations;
using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Grains.Intake;

/// <summary>Reads for operators what became of runs, and who serves the sinks; it activates no group and changes nothing.</summary>
/// <param name="source">The pool; it stays the caller's.</param>
public sealed class BatchReports(NpgsqlDataSource source)
{
    private static readonly Statement _listRuns = QueueStatements.Load("list_runs");
    private static readonly Statement _showRun = QueueStatements.Load("show_run");
    private static readonly Statement _runSinks = QueueStatements.Load("run_sinks");
    private static readonly Statement _runBatches = QueueStatements.Load("run_batches");
    private static readonly Statement _runAttempts = QueueStatements.Load("run_attempts");
    private static readonly Statement _runGaps = QueueStatements.Load("run_gaps");
    private static readonly Statement _listSinks = QueueStatements.Load("list_sinks");
    private static readonly Statement _listServing = QueueStatements.Load("list_serving");
    private static readonly Statement _listPauses = QueueStatements.Load("list_pauses");
    private static readonly Statement _listActions = QueueStatements.Load("list_actions");

    /// <summary>Lists runs by sink, the newest first.</summary>
    public async Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _listRuns.On(
            connection, Argument.Of(filter.TeamId), Argument.Of(filter.SchemaId), Argument.Of(filter.Sink), Argument.Of(filter.State),
            filter.Limit, Argument.Of(filter.Since), filter.WithoutAcknowledged)
            .AllAsync(Summary, cancellationToken);
    }

    /// <summary>Reads a run with its unfinished and failed batches and their attempts; null when it is unknown.</summary>
    public async Task<RunDetails?> ShowRunAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var sinks = await _runSinks.On(connection, runId).AllAsync(Summary, cancellationToken);
        var batches = await _runBatches.On(connection, runId, RunDetails.MostRows).AllAsync(
            r => new RunBatch(
                r.GetInt32(0), r.GetInt64(1), r.NullOr<string>(2), r.GetString(3), r.GetInt32(4), r.NullOr<string>(5), r.GetString(6))
            {
                ErrorDetail = r.NullOr<string>(7),
                StartedAt = r.NullOr<DateTimeOffset?>(8),
                Detail = r.NullOr<string>(9),
                RowsApplied = r.NullOr<long?>(10),
                RowsAnnounced = r.NullOr<long?>(11),
            },
            cancellationToken);
        var attempts = await _runAttempts.On(connection, runId, RunDetails.MostRows).AllAsync(
            r => new RunAttempt(
                r.NullOr<int?>(0), r.GetString(1), r.GetInt32(2), r.GetString(3), r.NullOr<DateTimeOffset?>(4),
                r.GetFieldValue<DateTimeOffset>(5), r.GetString(6), r.NullOr<string>(7))
            {
                ErrorDetail = r.NullOr<string>(8),
            },
            cancellationToken);
        var gaps = await _runGaps.On(connection, runId, RunDetails.MostRows).AllAsync(
            r => new IndexRange(r.GetInt32(0), r.GetInt32(1)), cancellationToken);
        return await _showRun.On(connection, runId).FirstAsync(
            r => new RunDetails
            {
                RunId = r.GetGuid(0),
                TeamId = r.GetInt64(1),
                SchemaId = r.GetString(2),
                RunState = r.GetString(3),
                SyncType = r.GetString(4),
                PrimaryKeys = r.GetFieldValue<string[]>(5),
                OnFailure = r.GetString(6),
                OriginRunId = r.NullOr<Guid?>(7),
                BatchCount = r.GetInt64(8),
                CreatedAt = r.GetFieldValue<DateTimeOffset>(9),
                AliveAt = r.GetFieldValue<DateTimeOffset>(10),
                NullKeys = r.GetString(11),
                Lossy = r.GetString(12),
                RetriedAs = r.NullOr<Guid?>(13),
                FirstSeq = r.NullOr<long?>(14),
                LastSeq = r.NullOr<long?>(15),
                Cdc = r.NullOr<string>(16),
                MissingIndexes = gaps,
                Sinks = sinks,
                Batches = batches,
                Attempts = attempts,
            },
            cancellationToken);
    }

    /// <summary>Lists the sinks and the silos that serve them.</summary>
    public async Task<IReadOnlyList<SinkStatus>> ListSinksAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _listSinks.On(connection).AllAsync(
            r => new SinkStatus(
                r.GetString(0), r.GetString(1), r.NullOr<string>(2), r.NullOr<DateTimeOffset?>(3), r.GetInt64(4), r.GetInt64(5),
                r.GetFieldValue<string[]>(6)),
            cancellationToken);
    }

    /// <summary>Lists the silos that run at this moment, one row for each sink that they serve, with the sink's settings there.</summary>
    /// <param name="sink">The sink's name, or null for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<ServingSilo>> ListServingAsync(string? sink, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _listServing.On(connection, Argument.Of(sink)).AllAsync(
            r => new ServingSilo(
                r.GetString(0), r.GetString(1), r.NullOr<string>(2), r.NullOr<int?>(3), r.NullOr<string>(4), r.NullOr<string>(5),
                r.GetFieldValue<string[]>(6), r.GetFieldValue<DateTimeOffset>(7)),
            cancellationToken);
    }

    /// <summary>Lists the pauses and what waits because of each, the oldest first.</summary>
    public async Task<IReadOnlyList<PauseStatus>> ListPausesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _listPauses.On(connection).AllAsync(
            r => new PauseStatus(
                new PauseScope(r.NullOr<long?>(0), r.NullOr<string>(1), r.NullOr<string>(2)), r.GetString(3), r.GetString(4),
                r.GetFieldValue<DateTimeOffset>(5), r.GetInt64(6), r.GetInt64(7)),
            cancellationToken);
    }

    /// <summary>Lists what operators have done, the newest first.</summary>
    public async Task<IReadOnlyList<OperatorAction>> ListActionsAsync(ActionFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await _listActions.On(
            connection, Argument.Of(filter.RunId), Argument.Of(filter.Group?.TeamId), Argument.Of(filter.Group?.SchemaId), filter.Limit)
            .AllAsync(
                r => new OperatorAction(r.GetFieldValue<DateTimeOffset>(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)),
                cancellationToken);
    }

    private static RunSummary Summary(Row r) => new(
        r.GetGuid(0), r.GetInt64(1), r.GetString(2), r.NullOr<string>(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetInt64(7),
        r.GetInt64(8), r.GetInt64(9), r.NullOr<long?>(10), r.NullOr<string>(11), r.GetFieldValue<DateTimeOffset>(12),
        r.NullOr<DateTimeOffset?>(13), r.NullOr<DateTimeOffset?>(14), r.NullOr<double?>(15))
    {
        RowsAnnounced = r.NullOr<long?>(16),
        RowsReplaced = r.NullOr<long?>(17),
        ValuesRounded = r.GetInt64(18),
        BatchesDiffering = r.GetInt64(19),
        FirstErrorDetail = r.NullOr<string>(20),
        Notes = r.NullOr<string[]>(21) ?? [],
        RetriedAs = r.NullOr<Guid?>(22),
        RetryState = r.NullOr<string>(23),
        IsMended = r.GetBoolean(24),
        BatchesMissing = r.GetInt64(25),
        ExecutingIndex = r.NullOr<int?>(26),
        ExecutingSince = r.NullOr<DateTimeOffset?>(27),
    };
}
