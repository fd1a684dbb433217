-- Guarantees one inserted row, as by pgbench's script of this name. $1 a number.
INSERT INTO reference_log (n, path) VALUES ($1, '/data/incoming/00000000-0000-0000-0000-000000000000.parquet')
