using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Engine;
using OrleansBatch.Sinks.Input.Judgement;
using OrleansBatch.Sinks.Input.Pages;
using OrleansBatch.Sinks.Input.Values;

namespace OrleansBatch.Sinks.Input;

// A batch's file: found inside of the configured roots, judged by its footer, and held open until it is disposed.
internal sealed class InputFile : IRowSource, IDisposable
{
    private readonly InputSource _origin;
    private readonly SourceFile _source;

    private InputFile(InputSource origin, IReadOnlyList<TableColumn> columns, long rowCount, long valuesRounded)
    {
        _origin = origin;
        _source = origin.File;
        Rows = ParquetSource.Of(_source.ReadablePath);
        Columns = columns;
        RowCount = rowCount;
        ValuesRounded = valuesRounded;
    }

    // The name that the producer gave the file.
    public string Named => _source.Named;

    // The table function that reads the rows.
    public SqlText Rows { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    // The number of rows, by the footer.
    public long RowCount { get; }

    // The values that lose digits when they are read, which the run accepts.
    public long ValuesRounded { get; }

    public static InputFile Open(
        DuckDbSession session, LastDescription last, Batch batch, InputRoots roots, InputOptions options,
        CancellationToken cancellationToken)
    {
        var origin = InputSource.Open(batch.Path, roots, cancellationToken);
        var source = origin.File;
        try
        {
            var schema = ParquetSchema.Of(source);
            var sizes = new SizeRules(source.Named, options);
            sizes.CheckFooter(schema);
            var decoded = new PageRules(source, schema, options.VerifyChecksums).Check(cancellationToken);
            var rows = ParquetSource.Of(source.ReadablePath);
            var columns = schema.Confirm(
                source.Named, last.Of(schema.Footer, () => Describe(source, session, rows, cancellationToken)));
            sizes.CheckPages(schema, decoded, session, rows, cancellationToken);
            var report = new LossReport(source.Named, batch);
            FineTimes.Check(source, schema, report, cancellationToken);
            return new InputFile(origin, columns, schema.RowCount, report.ValuesRounded);
        }
        catch
        {
            origin.Dispose();
            throw;
        }
    }

    // Judges the footer alone, before an enqueue.
    public static ParquetSchema Inspect(DuckDbSession session, SourceFile source)
    {
        var schema = ParquetSchema.Of(source);
        schema.Confirm(source.Named, Describe(source, session, ParquetSource.Of(source.ReadablePath), CancellationToken.None));
        return schema;
    }

    // Called before a commit: a file that was written to meanwhile was perhaps read half old and half new.
    public void RequireUnchanged(CancellationToken cancellationToken) => _origin.RequireUnchanged(cancellationToken);

    // Called after a failed write, to learn whether the file or the sink is to blame. Every value is read and none written.
    public void RequireReadable(DuckDbSession session, CancellationToken cancellationToken)
    {
        // DuckDB described no columns of a file whose schema equals the last file's, so the question comes now.
        Describe(_source, session, Rows, cancellationToken);
        try
        {
            session.Execute(SqlText.Of($"SELECT bit_xor(hash(COLUMNS(*))) FROM {Rows}"), cancellationToken);
        }
        catch (DuckDBException error) when (!BadFile.IsOtherTrouble(error))
        {
            RequireUnchanged(cancellationToken);
            throw BadFile.Rows(Named, error);
        }
    }

    public void Dispose() => _origin.Dispose();

    // Our own reader has read the footer before, so the footer is whole, and DuckDB refuses what it does not know.
    private static IReadOnlyList<TableColumn> Describe(
        SourceFile source, DuckDbSession session, SqlText rows, CancellationToken cancellationToken)
    {
        try
        {
            return TableColumns.Of(session, rows, cancellationToken);
        }
        catch (DuckDBException error) when (!BadFile.IsOtherTrouble(error))
        {
            throw BadFile.NotSupported(source.Named, "its footer has what DuckDB does not read", "write it with a usual writer", error);
        }
    }
}
