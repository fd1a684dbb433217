namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>What upkeep is to do.</summary>
public enum UpkeepTask
{
    /// <summary>Whatever is due by the sink's own rules.</summary>
    Due,

    /// <summary>To merge all small files, whether many or few.</summary>
    Optimize,

    /// <summary>To delete what nothing names any more, and what is old enough for that.</summary>
    Vacuum,

    /// <summary>To bring the rows of an earlier version back.</summary>
    Restore,
}
