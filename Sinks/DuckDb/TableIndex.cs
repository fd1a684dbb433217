using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.DuckDb;

// An index of a table, with the statement that makes the index.
internal sealed record TableIndex(string Name, string Statement, bool IsUnique, string? Comment)
{
    // The expressions are the part between the parentheses: CREATE INDEX name ON table(this);
    public SqlText Expressions
    {
        get
        {
            var quoted = false;
            var at = 0;
            while (quoted || Statement[at] != '(')
            {
                quoted ^= Statement[at] == '"';
                at++;
            }

            return SqlText.Trusted(Statement[(at + 1)..Statement.LastIndexOf(')')]);
        }
    }
}
