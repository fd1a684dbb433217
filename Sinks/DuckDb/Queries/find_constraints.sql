-- Guarantees the constraints of a table in the order they were made. $1 schema, $2 table.
SELECT constraint_type, constraint_name, constraint_text, expression, constraint_column_names FROM duckdb_constraints()
  WHERE database_name = 'lake' AND schema_name = $1 AND lower(table_name) = lower($2)
  ORDER BY constraint_index;
