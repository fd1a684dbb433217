namespace OrleansBatch.Bench.Scenarios;

internal interface IScenario
{
    string Name { get; }

    // A line for people.
    string What { get; }

    Task RunAsync(BenchContext bench, CancellationToken ct);
}
