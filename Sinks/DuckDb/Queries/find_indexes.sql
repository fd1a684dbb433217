-- Guarantees the indexes of a table, each with the statement that makes it. $1 schema, $2 table.
SELECT index_name, sql, is_unique, comment FROM duckdb_indexes()
  WHERE database_name = 'lake' AND schema_name = $1 AND lower(table_name) = lower($2)
  ORDER BY index_oid;
