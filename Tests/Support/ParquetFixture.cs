using System.Diagnostics.CodeAnalysis;

using DuckDB.NET.Data;

namespace OrleansBatch.Tests.Support;

// A directory of Parquet files for one test, deleted with the fixture.
public sealed class ParquetFixture : IDisposable
{
    private readonly Lock _writing = new();

    // Opening a connection takes longer than writing a small file.
    private DuckDBConnection? _connection;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("parquet-").FullName;

    public string PathOf(string name) => Path.Combine(Directory, name);

    // Writes the result of a query, for example "SELECT 1 AS id". The name may hold directories.
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The tests write the queries.")]
    public string Write(string name, string select)
    {
        var path = PathOf(name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        lock (_writing)
        {
            if (_connection is null)
            {
                _connection = new DuckDBConnection("DataSource=:memory:");
                _connection.Open();
            }

            using var command = _connection.CreateCommand();
            var target = path.Replace("'", "''", StringComparison.Ordinal);
            command.CommandText = $"COPY ({select}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)";
            command.ExecuteNonQuery();
        }

        return path;
    }

    public string WriteBytes(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public void Dispose()
    {
        _connection?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
