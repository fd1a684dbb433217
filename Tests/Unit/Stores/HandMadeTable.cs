using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

// A Delta table written by hand, with a log that may say what its files do not hold.
internal sealed class HandMadeTable : IDisposable
{
    public const string Protocol =
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"0","format":{"provider":"parquet","options":{}},"partitionColumns":[],"configuration":{},"createdTime":0,
         "schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]}"}}
        """;

    private readonly ParquetFixture _files = new();

    public string Directory => _files.Directory;

    public string Add(string name, int rows, string stats)
    {
        var length = new FileInfo(_files.Write($"{name}.parquet", $"SELECT range AS id FROM range({rows})")).Length;
        var text = stats.Replace("\"", "\\\"", StringComparison.Ordinal);
        return $$$"""
            {"add":{"path":"{{{name}}}.parquet","partitionValues":{},"size":{{{length}}},"modificationTime":0,"dataChange":true,
             "stats":"{{{text}}}"}}
            """;
    }

    public void Commit(int version, params string[] actions)
    {
        System.IO.Directory.CreateDirectory(_files.PathOf("_delta_log"));
        var lines = actions.Select(action => action.Replace(",\n ", ",", StringComparison.Ordinal));
        File.WriteAllLines(_files.PathOf($"_delta_log/{version:D20}.json"), lines);
    }

    public async Task CopyAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories))
        {
            await store.PutAsync(
                Path.GetRelativePath(Directory, file), await File.ReadAllBytesAsync(file, cancellationToken), cancellationToken);
        }
    }

    public void Dispose() => _files.Dispose();
}
