using OrleansBatch.Drill.Faults;

namespace OrleansBatch.Drill;

/// <summary>Says how long a drill lasts, how much work and how many silos it has, and which faults it injects.</summary>
public sealed record DrillOptions
{
    /// <summary>The fewest silos of a drill: one is always left healthy.</summary>
    public const int FewestSilos = 2;

    /// <summary>The most silos of a drill: the private Postgres has connections for no more.</summary>
    public const int MostSilos = 5;

    private readonly IReadOnlyList<FaultKind>? _faults;

    /// <summary>Gets for how many seconds work is enqueued and faults are begun. Settling and checking come after. Default: 60.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Gets how many silo processes run, 2 to 5. Default: 3.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>
    /// Gets how many hosts the drill makes on this machine, each with one silo and an address of its own: 2 to 5, in place of
    /// <see cref="Silos"/>. 0 has all silos on this host. Default: 0.
    /// </summary>
    public int Hosts { get; init; }

    /// <summary>Gets the seed that work and faults are drawn from. Default: a random one.</summary>
    public int Seed { get; init; } = Random.Shared.Next(1, 1_000_000);

    /// <summary>Gets the time from one fault to the next. Default: 5 seconds.</summary>
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets the faults that may be injected. Default: all that are possible with <see cref="Hosts"/>, <see cref="Sink"/> and
    /// <see cref="Store"/>.
    /// </summary>
    public IReadOnlyList<FaultKind> Faults
    {
        get => _faults ?? [.. Enum.GetValues<FaultKind>().Where(f => WhyNot(f) is null)];
        init => _faults = value;
    }

    /// <summary>Gets the sink that the drill is about, one of <see cref="DrillSinks"/>. Default: probe.</summary>
    public string Sink { get; init; } = DrillSinks.Probe;

    /// <summary>Gets where the tables of the sink delta lie, one of <see cref="DrillStores"/>. Default: directory.</summary>
    public string Store { get; init; } = DrillStores.Directory;

    /// <summary>Gets the silos' lock lifetime. The statement time-out is a third of it. Default: 15 seconds.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how many batches are enqueued a second. Default: 20.</summary>
    public int Pace { get; init; } = 20;

    /// <summary>Gets how many groups get work again and again. Other groups appear once and never again. Default: 40.</summary>
    public int Groups { get; init; } = 40;

    /// <summary>Gets the assembly of the program that silos are started from. Default: OrleansBatch.Silo.dll beside this library.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "OrleansBatch.Silo.dll");

    /// <summary>
    /// Gets the assembly of an earlier version, which all silos are of at first; one after the other is replaced by this version.
    /// Default: none.
    /// </summary>
    public string? Previous { get; init; }

    /// <summary>Gets a value indicating whether the directory with the database and the silos' logs stays. Default: false.</summary>
    public bool Keep { get; init; }

    internal int Places => Hosts > 0 ? Hosts : Silos;

    internal TimeSpan StatementTimeout => Lifetime / 3;

    internal TimeSpan IdleTimeout => Lifetime - StatementTimeout;

    /// <summary>Refuses options that can't be drilled.</summary>
    /// <exception cref="DrillRefusedException">An option is out of its range.</exception>
    internal void Require()
    {
        Require(Silos is >= FewestSilos and <= MostSilos, $"A drill needs {FewestSilos} to {MostSilos} silos, not {Silos}.");
        Require(
            Hosts is 0 or (>= FewestSilos and <= MostSilos), $"A drill needs {FewestSilos} to {MostSilos} hosts, or none, not {Hosts}.");
        Require(Seconds is >= 1 and <= 24 * 60 * 60, $"A drill lasts 1 second to a day, not {Seconds} seconds.");
        Require(FaultEvery >= TimeSpan.FromSeconds(1), "There must be at least 1 second between two faults.");
        Require(Lifetime >= TimeSpan.FromSeconds(1) && Lifetime <= TimeSpan.FromMinutes(5), "The lifetime must be 1 second to 5 minutes.");
        Require(Pace is >= 1 and <= 1000 && Groups is >= 1 and <= 10_000, "Pace must be 1 to 1000 a second, groups 1 to 10000.");
        Require(DrillSinks.All.Contains(Sink), $"A drill is about one of the sinks {string.Join(", ", DrillSinks.All)}, not {Sink}.");
        Require(DrillStores.All.Contains(Store), $"The store is one of {string.Join(", ", DrillStores.All)}, not {Store}.");
        Require(
            Sink == DrillSinks.Delta || Store == DrillStores.Directory, "Only the sink delta has tables in S3: drill with --sink delta.");
        Require(Sink == DrillSinks.Probe || Previous is null, "An earlier version is drilled with the sink probe only.");
        Require(Faults.Count > 0, "A drill needs a fault to inject.");
        Array.ForEach([.. Faults], f => Require(WhyNot(f) is null, WhyNot(f) ?? ""));
        Require(
            Hosts == 0 || Previous is null,
            "An earlier version can't be given an address: drill without --hosts, or without --previous.");
        Require(File.Exists(Program), $"There is no program at {Program}.");
        Require(Previous is null || File.Exists(Previous), $"There is no program at {Previous}.");
    }

    private string? WhyNot(FaultKind fault) => fault switch
    {
        < FaultKind.Vanish => null,
        <= FaultKind.Outage => Hosts > 0 ? null : "Faults of hosts need hosts of their own: name their number with --hosts.",
        FaultKind.Store => Store == DrillStores.S3 ? null : "The fault store needs --store s3: no network leads to a directory.",
        _ => Sink == DrillSinks.Delta ? null : "Faults in a table's commit need a sink with tables: name it with --sink delta.",
    };

    private static void Require(bool met, string otherwise)
    {
        if (!met)
        {
            throw new DrillRefusedException(otherwise);
        }
    }
}
