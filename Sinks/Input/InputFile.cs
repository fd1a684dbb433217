using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

// A batch's file after it was found to be inside the configured roots and to look like Parquet.
internal sealed class InputFile
{
    private readonly string _named;
    private readonly SqlText _rows;

    private InputFile(string named, SqlText rows, IReadOnlyList<TableColumn> columns)
    {
        _named = named;
        _rows = rows;
        Columns = columns;
    }

    public SqlText Rows => _rows;

    public IReadOnlyList<TableColumn> Columns { get; }

    public string Named => _named;

    public static InputFile Open(DuckDbSession session, Batch batch, InputRoots roots, CancellationToken cancellationToken)
    {
        var path = roots.Confine(batch.Path);
        ParquetShape.Check(batch.Path, path);
        var rows = ParquetSource.Of(path);
        try
        {
            return new InputFile(batch.Path, rows, TableColumns.Of(session, rows, cancellationToken));
        }
        catch (DuckDBException error) when (!BadFile.IsOtherTrouble(error))
        {
            throw new PermanentBatchException(BadFile.Footer(batch.Path), error);
        }
    }

    // Called after a failed write, to learn whether the file or the sink is to blame: reads every value and writes nothing.
    public void RequireReadable(DuckDbSession session, CancellationToken cancellationToken)
    {
        try
        {
            session.Execute(SqlText.Of($"SELECT bit_xor(hash(file_row)) FROM {_rows} AS file_row"), cancellationToken);
        }
        catch (DuckDBException error) when (!BadFile.IsOtherTrouble(error))
        {
            throw new PermanentBatchException(BadFile.Rows(_named), error);
        }
    }
}
