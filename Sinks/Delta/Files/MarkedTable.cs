using DuckDB.NET.Data;

using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Delta.Files;

// The places of marked rows as a temporary table of a session: the path of the file, and the row's place in it.
internal sealed class MarkedTable : IDisposable
{
    private static long _last;

    private readonly DuckDbSession _session;

    public MarkedTable(DuckDbSession session, IEnumerable<(string File, IEnumerable<long> Places)> marked)
    {
        var name = $"own_marked_{Interlocked.Increment(ref _last)}";
        (_session, Name) = (session, SqlText.Identifier(name));
        session.Execute(SqlText.Of($"CREATE TEMP TABLE {Name} (file VARCHAR, place BIGINT)"));
        session.Append(
            name,
            marked.SelectMany(m => m.Places.Select(p => (m.File, Place: p))),
            (row, at) => row.AppendValue(at.File).AppendValue(at.Place));
    }

    public SqlText Name { get; }

    // A session that met an error is not used again, and may refuse this.
    public void Dispose()
    {
        try
        {
            _session.Execute(SqlText.Of($"DROP TABLE {Name}"));
        }
        catch (DuckDBException)
        {
        }
    }
}
