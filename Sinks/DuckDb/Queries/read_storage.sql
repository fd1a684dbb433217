-- Guarantees the version of a file's format, such as v1.0.0+.
SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'lake';
