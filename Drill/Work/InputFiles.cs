using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Drill.Work;

// The files of batches for a sink that reads them. Each row names its batch.
internal sealed class InputFiles(string directory) : IDisposable
{
    private const int Megabytes = 128;

    private readonly Lock _writing = new();
    private readonly DuckDbSession _session = new(Megabytes, threads: 1);

    public string PathOf(Guid run, int index) => Path.Combine(directory, $"{run:D}", FormattableString.Invariant($"{index}.parquet"));

    public void Write(PlannedBatch batch)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(batch.Path)!);
        if (batch.Permanent)
        {
            Spoil(batch.Path);
        }
        else
        {
            Mend(batch.Path, batch.Run.RunId, batch.Index, batch.Ids);
        }
    }

    // A reader that has the file open goes on with the old one.
    public static void Spoil(string path) => Replace(path, to => File.WriteAllText(to, "This is no Parquet file."));

    public void Mend(string path, Guid run, int index, IReadOnlyList<long> ids)
    {
        var list = SqlText.Join(", ", ids.Select(SqlText.Number));
        lock (_writing)
        {
            Replace(path, to => _session.Execute(SqlText.Of(
                $"""
                COPY (SELECT {SqlText.Literal($"{run:D}")} AS run, {SqlText.Number(index)}::INTEGER AS batch,
                    (generate_subscripts(ids, 1) - 1)::INTEGER AS place, unnest(ids)::BIGINT AS id
                  FROM (SELECT [{list}]::BIGINT[] AS ids)) TO {SqlText.Literal(to)} (FORMAT parquet)
                """)));
        }
    }

    public void Dispose() => _session.Dispose();

    private static void Replace(string path, Action<string> write)
    {
        var whole = $"{path}.{Guid.NewGuid():N}";
        write(whole);
        File.Move(whole, path, overwrite: true);
    }
}
