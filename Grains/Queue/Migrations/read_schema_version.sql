-- Guarantees which program last migrated this database, the lowest that may run on it, and the hash of its routines.
SELECT v.program, v.lowest_program, v.routines_hash FROM orleans_batch.schema_version AS v
