namespace OrleansBatch.Sinks.Input.Types;

// A number of at most Precision decimal digits, Scale of them after the point.
internal sealed record DecimalType(int Precision, int Scale) : ColumnType
{
    public const int MostDigits = 38;

    protected override string Spelling => $"DECIMAL({Precision},{Scale})";
}
