using OrleansBatch.Drill.Faults;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Lakes;

// A lake in a directory. Silos are caught by the names that appear in there.
internal sealed class DirectoryLake : IDrillLake
{
    private readonly string _path;
    private readonly LakeSettings _settings;
    private readonly DirectoryPoints _points;

    public DirectoryLake(LakeSettings settings, DrillDatabase database)
    {
        _settings = settings;
        _path = Directory.CreateDirectory(Path.Combine(settings.Directory, "lake")).FullName;
        Store = new DirectoryStore(_path);
        _points = new DirectoryPoints(_path, database);
    }

    public IObjectStore Store { get; }

    public LakeOfSilo For(int silo) => _settings.For(_path);

    public FaultProxy? WayOf(int silo) => null;

    public Task<PointHit> TrapAsync(Trap trap, CancellationToken ct) => _points.TrapAsync(trap, ct);

    public void Kill()
    {
        // No process belongs to a directory.
    }

    public ValueTask DisposeAsync() => _points.DisposeAsync();
}
