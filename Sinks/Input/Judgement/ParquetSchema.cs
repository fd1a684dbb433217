using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Judgement;

// A judged footer: the types of its columns, without anything that is known to be read wrong or not at all.
internal sealed record ParquetSchema(FileFooter Footer, IReadOnlyList<SchemaNode> Leaves, IReadOnlyList<TableColumn> Columns)
{
    public long RowCount { get; } = Footer.RowGroups.Sum(group => group.Rows);

    public static ParquetSchema Of(SourceFile file)
    {
        var named = file.Named;
        try
        {
            var footer = FooterReader.Read(file);
            var root = SchemaTree.Of(footer.Schema);
            if (root.Children.Count == 0)
            {
                throw BadFile.NotSupported(named, "it has no columns", "write it with at least one");
            }

            NameRules.Check(named, root);
            var geo = new GeoColumns(footer.Geo);
            var columns = root.Children.Select(column => new TableColumn(column.Element.Name, NodeTypes.Of(named, column, geo))).ToList();
            List<SchemaNode> leaves = [.. root.Leaves];
            StorageRules.Check(named, footer, leaves);
            return new ParquetSchema(footer, leaves, columns);
        }
        catch (FooterException error)
        {
            throw BadFile.Damaged(named, "its Parquet footer can't be read", error);
        }
    }

    // Compares the types with DuckDB's description of the file, and takes over what only DuckDB knows.
    public IReadOnlyList<TableColumn> Confirm(string named, IReadOnlyList<TableColumn> read)
    {
        if (read.Count != Columns.Count)
        {
            throw BadFile.NotSupported(
                named, $"it has {Columns.Count} columns, but {read.Count} can be read", "write it with a usual writer");
        }

        return [.. Columns.Zip(read, (column, seen) => Confirm(named, column, seen))];
    }

    private static TableColumn Confirm(string named, TableColumn column, TableColumn read) =>
        column.Name == read.Name && TypeAgreement.Of(column.Type, read.Type) is { } type
            ? column with { Type = type }
            : throw BadFile.NotSupported(
                named,
                $"column {column.Name} is {column.Type} in the file, but can be read only as {read.Type}",
                "write it with its converted type as well as its logical type");
}
