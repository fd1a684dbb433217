using System.Globalization;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Drill.Work;

namespace OrleansBatch.Drill;

/// <summary>
/// Runs silos on a private Postgres, enqueues seeded work, injects seeded faults, and checks the promises.
/// The records of the queue and the sink are the evidence.
/// </summary>
public static class DrillRunner
{
    /// <summary>Runs one drill to its end. Nothing of a drill is left behind, also after a cancellation.</summary>
    /// <param name="options">The drill's length, silos, work and faults.</param>
    /// <param name="say">Hears of events, a line at a time, with the seconds since the start; null for silence.</param>
    /// <param name="cancellationToken">Ends the drill early, without a report.</param>
    /// <exception cref="DrillRefusedException">An option is out of its range.</exception>
    /// <exception cref="HostsUnavailableException">Silos are to have hosts of their own, and none can be made here.</exception>
    /// <exception cref="StoreUnavailableException">Tables are to lie in S3, and none can be had here.</exception>
    /// <exception cref="Embedded.EmbeddedPostgresException">Postgres can't run here.</exception>
    public static async Task<DrillReport> RunAsync(
        DrillOptions options, Action<string>? say = null, CancellationToken cancellationToken = default)
    {
        options.Require();
        if (options.Store == DrillStores.S3)
        {
            Gateway.RequirePrograms();
        }

        using var directory = DrillDirectory.Make(options.Keep);
        var start = TimeProvider.System.GetTimestamp();
        void Say(string line)
        {
            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            say?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{seconds,7:0.0} s  {line}"));
        }

        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {options.Seed}: {options.Places} silos{(options.Hosts > 0 ? " on hosts of their own" : "")}, {options.Seconds} s, "
            + $"a fault every {options.FaultEvery.TotalSeconds:0.#} s, "
            + $"lock lifetime {options.Lifetime.TotalSeconds:0.#} s"));
        using var guard = new ChildGuard();
        await using var network = options.Hosts > 0 ? await HostNetwork.MakeAsync(options.Hosts, cancellationToken) : null;
        guard.Watch(() => network?.Remove());
        await using var database = await DrillDatabase.StartAsync(directory.Path, cancellationToken);
        guard.Watch(database.Kill);
        await using var lake = await DrillLakes.MakeAsync(options, directory.Path, database, network?.Outside, guard, cancellationToken);
        using var files = lake is null ? null : new InputFiles(LakeSettings.InputsOf(directory.Path));
        await using var run = new DrillRun(options, directory, database, network, lake, files, guard, Say);
        await run.StartAsync(cancellationToken);
        Say("all silos serve");
        await run.DisturbAsync(cancellationToken);
        Say("all faults are healed; waiting until everything is settled");
        await run.SettleAsync(cancellationToken);
        return await run.ReportAsync(cancellationToken);
    }
}
