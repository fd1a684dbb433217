using OrleansBatch.Bench.Cluster;
using OrleansBatch.Bench.Report;
using OrleansBatch.Drill;

namespace OrleansBatch.Bench;

internal sealed record BenchContext(
    BenchOptions Options,
    BenchCluster Cluster,
    ReferenceLoad Reference,
    ChildGuard Guard,
    string Directory,
    FigureLog Figures,
    Action<string> Say);
