namespace OrleansBatch.Grains.Queue;

/// <summary>The statements of the engine: one embedded file each, loaded once.</summary>
internal static class QueueStatements
{
    private static readonly EmbeddedSql _files = new(typeof(QueueStatements).Assembly, "queue/");
    private static readonly StatementRuns _statements = new(_files);

    public static IEnumerable<string> Names => _files.Names().Select(n => Path.GetFileNameWithoutExtension(n));

    public static Statement Load(string name) => _statements[name];
}
