-- Guarantees every batch with its state in the sink $1.
SELECT s.team_id, s.schema_id, s.run_id, s.batch_index, s.seq, s.state, s.path, s.last_error
FROM orleans_batch.batch_status AS s
WHERE s.sink = $1
