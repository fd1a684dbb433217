namespace OrleansBatch.Sinks.Delta.Marks;

// The applications under which the queue's progress stands in a table's log, as txn actions.
internal static class AppIds
{
    // The highest fencing token of an owner that committed.
    public const string Token = "orleansbatch/token";

    // The last batch of the group that the table has.
    public const string Seq = "orleansbatch/seq";

    // The last batch of a run that the table has, by its index.
    public static string OfRun(Guid originRunId) => $"{originRunId:D}";

    // With the index of the first batch that was left out behind it: the last one that was left out with it.
    public static string GapsOf(Guid originRunId) => $"orleansbatch/gap/{originRunId:D}/";

    // When an owner's token was last raised without a batch, in seconds since 1970.
    public const string Fenced = "orleansbatch/fenced";

    // When the table was last vacuumed, in seconds since 1970.
    public const string Vacuumed = "orleansbatch/vacuumed";

    // That a full refresh is in place.
    public static string OfRefresh(Guid originRunId) => $"orleansbatch/refresh/{originRunId:D}";
}
