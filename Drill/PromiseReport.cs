namespace OrleansBatch.Drill;

/// <summary>One promise and the findings about it.</summary>
/// <param name="Name">The promise's short name.</param>
/// <param name="Promise">The promise's sentence.</param>
/// <param name="Checked">The number of checked facts.</param>
/// <param name="Broken">The places where the promise was broken; empty when it was kept.</param>
public sealed record PromiseReport(string Name, string Promise, long Checked, IReadOnlyList<BrokenPromise> Broken)
{
    /// <summary>Gets a value indicating whether the promise was kept.</summary>
    public bool Kept => Broken.Count == 0;
}

/// <summary>One place where a promise was found broken.</summary>
/// <param name="Group">The group, as <c>team/schema</c>, or null.</param>
/// <param name="Seq">The entry, or null.</param>
/// <param name="Seen">The facts that contradict the promise.</param>
public sealed record BrokenPromise(string? Group, long? Seq, string Seen);
