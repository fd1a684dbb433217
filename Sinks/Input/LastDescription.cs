using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input;

// What DuckDB makes of a file's columns, asked for where the file's schema is another than the last one's. To ask takes ten times as long as
// to read the footer, and the files of a run have one schema as a rule. DuckDB goes by nothing else: neither by values nor by statistics.
internal sealed class LastDescription
{
    private FileFooter? _footer;
    private IReadOnlyList<TableColumn> _columns = [];

    public IReadOnlyList<TableColumn> Of(FileFooter footer, Func<IReadOnlyList<TableColumn>> describe)
    {
        if (_footer is null || _footer.Geo != footer.Geo || !_footer.Schema.SequenceEqual(footer.Schema))
        {
            _columns = describe();
            _footer = footer with { RowGroups = [] };
        }

        return _columns;
    }
}
