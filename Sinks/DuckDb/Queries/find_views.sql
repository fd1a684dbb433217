-- Guarantees the views that people made in a file.
SELECT schema_name, view_name FROM duckdb_views()
  WHERE database_name = 'lake' AND NOT internal
  ORDER BY schema_name, view_name;
