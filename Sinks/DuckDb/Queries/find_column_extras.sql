-- Guarantees the columns of a table that have a default or a comment. $1 schema, $2 table.
SELECT column_name, column_default, comment FROM duckdb_columns()
  WHERE database_name = 'lake' AND schema_name = $1 AND lower(table_name) = lower($2)
    AND (column_default IS NOT NULL OR comment IS NOT NULL)
  ORDER BY column_index;
