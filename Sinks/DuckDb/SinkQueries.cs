using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// Each statement without spliced names has a file of its own in Queries/, to be read and run by hand.
internal static class SinkQueries
{
    private static readonly EmbeddedSql _files = new(typeof(SinkQueries).Assembly, string.Empty);

    public static readonly SqlText CreateTables = Load("create_tables");
    public static readonly SqlText ClaimFile = Load("claim_file");
    public static readonly SqlText ReadGroup = Load("read_group");
    public static readonly SqlText ReadProgress = Load("read_progress");
    public static readonly SqlText WriteProgress = Load("write_progress");
    public static readonly SqlText FindApplied = Load("find_applied");
    public static readonly SqlText FindHighest = Load("find_highest");
    public static readonly SqlText MarkApplied = Load("mark_applied");
    public static readonly SqlText ForgetRun = Load("forget_run");
    public static readonly SqlText FindSwapped = Load("find_swapped");
    public static readonly SqlText MarkSwapped = Load("mark_swapped");
    public static readonly SqlText FindTable = Load("find_table");
    public static readonly SqlText FindIndexes = Load("find_indexes");
    public static readonly SqlText FindConstraints = Load("find_constraints");
    public static readonly SqlText FindColumnExtras = Load("find_column_extras");
    public static readonly SqlText FindDefinition = Load("find_definition");
    public static readonly SqlText FindViews = Load("find_views");
    public static readonly SqlText ReadStorage = Load("read_storage");

    private static SqlText Load(string name) => SqlText.Trusted(_files.Read($"{name}.sql"));
}
