using Npgsql;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Inspection;
using Spectre.Console;

namespace OrleansBatch.Silo.Loading;

// Shows live progress bars of runs until all have ended.
internal sealed class RunWatcher(NpgsqlDataSource source, IAnsiConsole console)
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan _lookForSilosEvery = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _said = [];

    public async Task<IReadOnlyList<RunOutcome>> WatchAsync(IReadOnlyList<LoadedRun> runs, CancellationToken ct)
    {
        IReadOnlyList<RunOutcome> outcomes = [];
        await console.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context => outcomes = await WatchAsync(runs, context, ct));
        return outcomes;
    }

    private async Task<IReadOnlyList<RunOutcome>> WatchAsync(IReadOnlyList<LoadedRun> runs, ProgressContext context, CancellationToken ct)
    {
        var bars = runs.ToDictionary(r => r, r => context.AddTask(Label(r, 0), maxValue: r.Batches));
        var ended = new Dictionary<LoadedRun, RunOutcome>();
        var looked = TimeProvider.System.GetTimestamp();
        while (ended.Count < runs.Count)
        {
            foreach (var run in runs.Where(r => !ended.ContainsKey(r)))
            {
                var sinks = await ReadAsync(run, ct);
                if (sinks.Count == 0)
                {
                    await RequireKnownAsync(run, ct);
                }

                Show(run, bars[run], sinks);
                if (sinks.Count > 0 && sinks.All(s => s.IsEnded))
                {
                    ended[run] = new RunOutcome(run, sinks);
                    bars[run].StopTask();
                }
            }

            if (TimeProvider.System.GetElapsedTime(looked) > _lookForSilosEvery)
            {
                looked = TimeProvider.System.GetTimestamp();
                await SayWhenNobodyServesAsync(ct);
            }

            await Task.Delay(_lookEvery, ct);
        }

        return [.. runs.Select(r => ended[r])];
    }

    // Without an active sink the run waits for one. A run that is gone ends in none.
    private async Task RequireKnownAsync(LoadedRun run, CancellationToken ct)
    {
        if (!(await source.ReadAsync("run_is_known", r => r.GetBoolean(0), ct, run.RunId))[0])
        {
            throw new StartupException(
                $"Run {run.RunId} of group {run.Group} is no longer in the queue: somebody had the group forgotten.", ExitCodes.Failed);
        }
    }

    private async Task SayWhenNobodyServesAsync(CancellationToken ct)
    {
        if ((await new QueueInspector(source).SilosAsync(ct)).Count == 0)
        {
            Say("No silo serves this database: start one with \"orleansbatch serve\" and the same connection.");
        }
    }

    private void Show(LoadedRun run, ProgressTask bar, List<RunProgress> sinks)
    {
        if (sinks.Count == 0)
        {
            return;
        }

        // The run is as far as its slowest sink.
        bar.Value = sinks.Min(s => s.Applied + s.Skipped + (s.State == "failed" ? run.Batches : 0));
        bar.Description = Label(run, sinks.Min(s => (s.Rows ?? 0) / Math.Max(s.Seconds, 0.001)));
        foreach (var sink in sinks.Where(s => !s.IsEnded && s.WaitsFor is not null))
        {
            var why = WaitHint.Of(sink.GroupState, run.Group, sink.Sink, sink.WaitsFor);
            Say($"{run.Group} in sink {sink.Sink} waits ({sink.GroupState}): {why}");
        }
    }

    private void Say(string line)
    {
        if (_said.Add(line))
        {
            console.MarkupLineInterpolated($"[yellow]{ControlCharacters.Escape(line)}[/]");
        }
    }

    private Task<List<RunProgress>> ReadAsync(LoadedRun run, CancellationToken ct) => source.ReadAsync(
        "run_progress",
        r => new RunProgress(
            r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.IsDBNull(4) ? null : r.GetInt64(4),
            r.IsDBNull(5) ? null : r.GetString(5), r.GetString(6), r.IsDBNull(7) ? null : r.GetString(7), r.GetDouble(8)),
        ct,
        run.RunId);

    private static string Label(LoadedRun run, double rowsPerSecond) =>
        Markup.Escape($"{ControlCharacters.Escape($"{run.Group}")}  {rowsPerSecond,9:N0} rows/s");
}
