-- Guarantees that the call that began a run is on record. A known run keeps its first call.
-- $1 run, $2 fingerprint, $3 lake or null.
INSERT INTO orleans_batch.load_call (run_id, fingerprint, lake) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT load_call_pk DO NOTHING
