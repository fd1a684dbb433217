using ParquetSharp;
using ParquetSharp.Schema;

namespace OrleansBatch.Tests.Support;

// Writes Parquet files with columns that DuckDB reads but never writes.
internal static class SchemaFile
{
    public static string Write(
        this ParquetFixture parquet,
        string name,
        IReadOnlyList<Node> columns,
        Action<RowGroupWriter>? rows = null,
        Action<WriterPropertiesBuilder>? how = null)
    {
        using var builder = new WriterPropertiesBuilder();
        how?.Invoke(builder);
        using var properties = builder.Build();
        using var schema = new GroupNode("schema", Repetition.Required, columns);
        using var file = new ParquetFileWriter(parquet.PathOf(name), schema, properties);
        if (rows is not null)
        {
            using var group = file.AppendRowGroup();
            rows(group);
        }

        file.Close();
        return parquet.PathOf(name);
    }

    // A required column that has nothing but its values.
    public static PrimitiveNode Leaf(
        string name, PhysicalType physical, LogicalType? logical = null, Repetition repetition = Repetition.Required, int length = -1) =>
        new(name, repetition, logical ?? LogicalType.None(), physical, length);

    public static void Put<T>(this RowGroupWriter group, params T[] values)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)group.NextColumn();
        column.WriteBatch(values);
    }

    public static void Put<T>(this RowGroupWriter group, short[] definitions, short[]? repetitions, params T[] values)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)group.NextColumn();
        column.WriteBatch(definitions.Length, definitions, repetitions, values);
    }
}
