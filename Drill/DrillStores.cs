namespace OrleansBatch.Drill;

/// <summary>Names the stores that the tables of a drill can lie in.</summary>
public static class DrillStores
{
    /// <summary>A directory of the drill's own.</summary>
    public const string Directory = "directory";

    /// <summary>A private S3 on the loopback: Ceph's gateway.</summary>
    public const string S3 = "s3";

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Directory, S3];
}
