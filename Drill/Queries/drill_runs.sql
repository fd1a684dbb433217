-- Guarantees every run with its state in the sink $1, its kind, and the entry that ends it.
SELECT s.team_id, s.schema_id, s.run_id, s.state, coalesce(s.origin_run_id, s.run_id), s.sync_type, s.end_seq
FROM orleans_batch.run_status AS s WHERE s.sink = $1
