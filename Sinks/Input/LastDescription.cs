using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input;

// Remembers how DuckDB describes the columns of the last file.
// A file with an equal schema is not described again: a description takes ten times as long as reading the footer.
// Schema and GeoParquet metadata alone give a column its type. Values and statistics do not.
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
