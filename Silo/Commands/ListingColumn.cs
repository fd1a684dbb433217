namespace OrleansBatch.Silo.Commands;

// A column of a listing. A column that wraps holds sentences or paths. A column without a name holds values that speak for themselves.
internal sealed record ListingColumn(string Name, bool Wraps = false)
{
    public static implicit operator ListingColumn(string name) => new(name);
}
