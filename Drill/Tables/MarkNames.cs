namespace OrleansBatch.Drill.Tables;

// The applications under which the sink's progress stands in a log, written here anew: the drill takes nobody's word.
internal static class MarkNames
{
    public const string Token = "orleansbatch/token";

    public const string Seq = "orleansbatch/seq";

    public const string Refresh = "orleansbatch/refresh/";
}
