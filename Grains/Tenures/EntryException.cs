namespace OrleansBatch.Grains.Tenures;

/// <summary>What is on record of a batch in a sink that did not simply succeed there.</summary>
/// <param name="Kind">One of failed, skipped, replayed.</param>
/// <param name="Why">The reason, for people.</param>
/// <param name="ByOperator">Whether an operator decided it.</param>
internal sealed record EntryException(string Kind, string Why, bool ByOperator)
{
    public bool IsFailed => Kind == "failed";

    public bool IsSkipped => Kind == "skipped";

    public static EntryException? Read(Row r) => r.IsNull("exception_kind")
        ? null
        : new EntryException(r.Get<string>("exception_kind"), r.Get<string>("exception_why"), r.Get<bool>("exception_by_operator"));
}
