namespace OrleansBatch.Grains.Queue;

/// <summary>The statements of the engine: one embedded file each.</summary>
internal static class QueueStatements
{
    private static readonly EmbeddedSql _files = new(typeof(QueueStatements).Assembly, "queue/");

    public static IEnumerable<string> Names => _files.Names().Select(n => Path.GetFileNameWithoutExtension(n));

    public static Statement Load(string name) => _files.Load(name);
}
