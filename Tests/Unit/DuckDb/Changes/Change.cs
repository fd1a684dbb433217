namespace OrleansBatch.Tests.Unit.DuckDb.Changes;

// A change event as a row of VALUES.
internal sealed record Change(string Op, int Id, long Lsn, string? Name)
{
    public bool IsDelete => Op is "d" or "D" or "delete";

    public override string ToString() => $"('{Op}', {Id}, {Lsn}, {(Name is null ? "NULL" : $"'{Name}'")})";
}
