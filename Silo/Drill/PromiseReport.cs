namespace OrleansBatch.Silo.Drill;

/// <summary>One promise and what was found of it.</summary>
/// <param name="Name">The promise's short name.</param>
/// <param name="Promise">What is promised.</param>
/// <param name="Checked">How many facts were checked.</param>
/// <param name="Broken">Where it was found broken; empty when it was kept.</param>
public sealed record PromiseReport(string Name, string Promise, long Checked, IReadOnlyList<BrokenPromise> Broken)
{
    /// <summary>Gets a value indicating whether the promise was kept.</summary>
    public bool Kept => Broken.Count == 0;
}

/// <summary>One place where a promise was found broken.</summary>
/// <param name="Group">The group, as <c>team/schema</c>, or null.</param>
/// <param name="Seq">The entry, or null.</param>
/// <param name="Seen">What was seen.</param>
public sealed record BrokenPromise(string? Group, long? Seq, string Seen);
