using Npgsql;

namespace OrleansBatch.Tests.Support;

// The schema orleans_batch as one text: tables with their columns in order, constraints, indexes, triggers, routines, views and grants.
// Daily partitions are left out. Two databases of one server have the same text when their schemas are the same.
internal static class SchemaText
{
    private const string Query =
        """
        WITH relation AS (
          SELECT c.* FROM pg_catalog.pg_class AS c
          WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relname !~ '_[0-9]{8}' AND NOT c.relispartition
        )
        SELECT t.line FROM (
          SELECT format('table %s %s %s %s', c.relname, c.relkind, c.reloptions, pg_get_partkeydef(c.oid)) AS line FROM relation AS c
          WHERE c.relkind IN ('r', 'p', 'S')
          UNION ALL
          SELECT format('column %s.%s %s %s not null %s identity "%s" collation %s default %s', c.relname, lpad(a.attnum::text, 3, '0'),
            a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attcollation::regcollation,
            pg_get_expr(d.adbin, d.adrelid))
          FROM relation AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
          LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
          WHERE c.relkind IN ('r', 'p', 'v')
          UNION ALL
          SELECT format('constraint %s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
          FROM relation AS c JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid
          UNION ALL
          SELECT format('index %s', pg_get_indexdef(c.oid)) FROM relation AS c WHERE c.relkind IN ('i', 'I')
          UNION ALL
          SELECT format('trigger %s', pg_get_triggerdef(g.oid)) FROM relation AS c JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = c.oid
          WHERE NOT g.tgisinternal
          UNION ALL
          SELECT format('view %s %s grants %s %s', c.relname, pg_get_viewdef(c.oid), c.relacl,
            (SELECT array_agg(a.attacl::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
             WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL))
          FROM relation AS c WHERE c.relkind = 'v'
          UNION ALL
          SELECT format('routine %s grants %s', pg_get_functiondef(p.oid), p.proacl) FROM pg_catalog.pg_proc AS p
          WHERE p.pronamespace = 'orleans_batch'::regnamespace
        ) AS t ORDER BY t.line COLLATE "C"
        """;

    public static async Task<string> ReadAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(Query);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
