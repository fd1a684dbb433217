-- Guarantees the statement that makes a table, and the table's comment. $1 schema, $2 table.
SELECT sql, comment FROM duckdb_tables()
  WHERE database_name = 'lake' AND schema_name = $1 AND lower(table_name) = lower($2);
