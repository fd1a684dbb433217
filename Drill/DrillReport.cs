namespace OrleansBatch.Drill;

/// <summary>The work, the faults and the findings of a drill.</summary>
public sealed record DrillReport
{
    /// <summary>Gets the seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Gets for how many seconds faults were begun.</summary>
    public required int Seconds { get; init; }

    /// <summary>Gets how many silos ran.</summary>
    public required int Silos { get; init; }

    /// <summary>Gets how many hosts of their own the silos had; 0 when all were on this one.</summary>
    public int Hosts { get; init; }

    /// <summary>Gets the silos' lock lifetime in seconds.</summary>
    public required double LifetimeSeconds { get; init; }

    /// <summary>Gets the version of the Postgres server.</summary>
    public required string Postgres { get; init; }

    /// <summary>Gets the version of the .NET runtime.</summary>
    public required string Dotnet { get; init; }

    /// <summary>Gets how many groups, runs and batches there were, and how many batches were rolled back or refused.</summary>
    public required WorkCounts Work { get; init; }

    /// <summary>Gets how often each fault was injected, by its name.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>Gets the faults that could not be injected here, each with the reason.</summary>
    public required IReadOnlyList<string> NotPossible { get; init; }

    /// <summary>Gets the promises, each with its checks.</summary>
    public required IReadOnlyList<PromiseReport> Promises { get; init; }

    /// <summary>Gets the times that takeovers took, by the fault before them.</summary>
    public required IReadOnlyList<TakeoverReport> Takeovers { get; init; }

    /// <summary>Gets the most engine connections that a silo process had at the same time.</summary>
    public required int MostConnections { get; init; }

    /// <summary>Gets how often a silo ended by itself after a fault and was started again.</summary>
    public required int SelfEnded { get; init; }

    /// <summary>Gets how many tables, versions and looks at them there were; null for a sink without tables.</summary>
    public TableCounts? Tables { get; init; }

    /// <summary>Gets the directory that was kept, or null.</summary>
    public string? Directory { get; init; }

    /// <summary>Gets how many promises were found broken.</summary>
    public int Broken => Promises.Sum(p => p.Broken.Count);
}

/// <summary>How much work a drill enqueued.</summary>
/// <param name="Groups">Groups that got an entry.</param>
/// <param name="Runs">Runs.</param>
/// <param name="Batches">Batches whose enqueue committed.</param>
/// <param name="RolledBack">Batches that were enqueued in a transaction that was rolled back.</param>
/// <param name="Refused">Batches that were refused because their run had failed.</param>
public sealed record WorkCounts(int Groups, int Runs, int Batches, int RolledBack, int Refused);

/// <summary>How much of its tables a drill looked at.</summary>
/// <param name="Tables">Tables.</param>
/// <param name="Versions">Versions of all tables and stages, each of which was replayed.</param>
/// <param name="Rows">Rows of all tables in the end.</param>
/// <param name="Reads">How often a reader read a whole table during the drill.</param>
/// <param name="Orphans">Data files that killed owners have left and no commit names.</param>
/// <param name="Successors">Owners that were caught in a commit and went on after a successor had passed their batch.</param>
public sealed record TableCounts(
    int Tables, long Versions, long Rows, long Reads, long Orphans, int Successors);
