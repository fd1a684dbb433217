-- Guarantees whether a table exists, with names compared as DuckDB does: without regard to case. $1 schema, $2 table.
SELECT count(*) FROM duckdb_tables()
  WHERE database_name = 'lake' AND schema_name = $1 AND lower(table_name) = lower($2);
