-- Guarantees that the row tells of this program. $1 its version, $2 the lowest version that may run beside it, $3 the hash of its routines.
INSERT INTO orleans_batch.schema_version AS v (program, lowest_program, routines_hash) VALUES ($1, $2, $3)
ON CONFLICT (only_row) DO UPDATE
SET program = EXCLUDED.program, lowest_program = EXCLUDED.lowest_program, routines_hash = EXCLUDED.routines_hash,
  changed_at = clock_timestamp()
