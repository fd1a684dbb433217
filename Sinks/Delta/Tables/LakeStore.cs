using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Tables;

// The store that a lake is in, by its name.
internal static class LakeStore
{
    public static bool IsRemote(DeltaSinkOptions options) => options.Lake.StartsWith("s3://", StringComparison.OrdinalIgnoreCase);

    public static string ScratchOf(DeltaSinkOptions options) => RealPath.Of(options.ScratchDirectory);

    public static ScratchCache CopiesOf(DeltaSinkOptions options) => new(ScratchOf(options), options.ScratchMegabytes);

    public static IObjectStore Open(DeltaSinkOptions options, ScratchCache copies, TimeProvider time) => IsRemote(options)
        ? new S3Store(options.Lake, options.S3 ?? new S3StoreOptions { PathStyle = options.S3PathStyle, Time = time }, copies)
        : new DirectoryStore(RealPath.Of(options.Lake), time: time);
}
