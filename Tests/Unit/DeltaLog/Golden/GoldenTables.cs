using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;

using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.DeltaLog.Golden;

// Tables that Spark wrote, from connectors/golden-tables of delta-io/delta at bb1057f.
// Apache-2.0, Copyright The Delta Lake Project Authors.
// Left out are checksums, and the data file of parquet-decimal-type because it is large.
public sealed class GoldenTables : IDisposable
{
    private static readonly string _folder = Repository.PathOf("Tests/Unit/DeltaLog/Golden");

    private readonly TempDirectory _directory = new();

    public GoldenTables()
    {
        using var archive = new GZipStream(File.OpenRead(Path.Combine(_folder, "delta-golden.tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(archive, _directory.Path, overwriteFiles: true);
    }

    // Of each table: the number of files at each of its versions, and the rows of the last one where its files are there.
    public static IEnumerable<(string Name, int[] Files, long? Rows)> Expected() =>
        from line in File.ReadLines(Path.Combine(_folder, "expected.txt"))
        let words = line.Split(' ')
        let files = words[1].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))
        select (words[0], files.ToArray(), words[2] == "-" ? (long?)null : long.Parse(words[2], CultureInfo.InvariantCulture));

    public string PathOf(string name) => _directory.Combine(name.Split('/'));

    public IEnumerable<string> Names() =>
        from log in Directory.EnumerateDirectories(_directory.Path, "_delta_log", SearchOption.AllDirectories)
        select Path.GetRelativePath(_directory.Path, Path.GetDirectoryName(log)!);

    public void Dispose() => _directory.Dispose();
}
