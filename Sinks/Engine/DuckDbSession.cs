using System.Data.Common;

using DuckDB.NET.Data;

namespace OrleansBatch.Sinks.Engine;

// A DuckDB instance of its own, in memory until a file is attached. Every statement can be interrupted.
internal sealed class DuckDbSession : IDisposable
{
    private readonly DuckDBConnection _connection;

    public DuckDbSession(long memoryLimitMegabytes, int threads)
    {
        _connection = new DuckDBConnection("DataSource=:memory:");
        _connection.Open();
        try
        {
            Execute(SqlText.Of($"SET memory_limit = {SqlText.Literal($"{memoryLimitMegabytes}MB")}"), CancellationToken.None);
            Execute(SqlText.Of($"SET threads = {SqlText.Number(threads)}"), CancellationToken.None);
            Execute(SqlText.Of($"SET preserve_insertion_order = true"), CancellationToken.None);

            // The cache knows files by their paths, and the path of an open file leads to another file later.
            Execute(SqlText.Of($"SET enable_external_file_cache = false"), CancellationToken.None);
            Execute(SqlText.Of($"SET autoinstall_known_extensions = false"), CancellationToken.None);
            Execute(SqlText.Of($"SET autoload_known_extensions = false"), CancellationToken.None);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public long Execute(SqlText sql, CancellationToken cancellationToken, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return Run(command, c => c.ExecuteNonQuery(), cancellationToken);
    }

    // Statements run here without a token are not interrupted: a commit or a rollback is over soon, and half of one helps nobody.
    public void Execute(SqlText sql) => Execute(sql, CancellationToken.None);

    // Rows come in faster than by statements. The table is there already.
    public void Append<T>(string table, IEnumerable<T> rows, Action<IDuckDBAppenderRow, T> write)
    {
        using var appender = _connection.CreateAppender(table);
        foreach (var row in rows)
        {
            var appended = appender.CreateRow();
            write(appended, row);
            appended.EndRow();
        }
    }

    public long Number(SqlText sql, CancellationToken cancellationToken, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return Run(command, c => Convert.ToInt64(c.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
    }

    public List<T> Rows<T>(
        SqlText sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params ReadOnlySpan<object> values) =>
        Read(sql, reader => ReadAll(reader, read), cancellationToken, values);

    public T Read<T>(SqlText sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        return Run(command, ReadResult, cancellationToken);

        T ReadResult(DbCommand running)
        {
            using var reader = running.ExecuteReader();
            return read(reader);
        }
    }

    public void Dispose() => _connection.Dispose();

    public static List<T> ReadAll<T>(DbDataReader reader, Func<DbDataReader, T> read)
    {
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static T Run<T>(DbCommand command, Func<DbCommand, T> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var interrupt = new StatementInterrupt(command, cancellationToken);
        try
        {
            return run(command);
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("A statement in DuckDB was interrupted.", error, cancellationToken);
        }
    }

    private DuckDBCommand Command(SqlText sql, ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
        sql.SetOn(command);
        foreach (var value in values)
        {
            command.Parameters.Add(new DuckDBParameter(value));
        }

        return command;
    }
}
