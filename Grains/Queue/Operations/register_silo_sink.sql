-- Guarantees that the silo is on record as serving the sink, with the sink's settings. $1 silo, $2 sink, $3 where the sink writes to (null:
-- it does not say), $4 the directories that it reads batches from, $5 whether it can remove what it holds of a group. Two silos at
-- once: each writes rows of its own.
INSERT INTO orleans_batch.silo_sink (silo, sink_id, destination, input_roots, forgets) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT silo_sink_pk DO UPDATE
SET started_at = EXCLUDED.started_at, destination = EXCLUDED.destination, input_roots = EXCLUDED.input_roots, forgets = EXCLUDED.forgets
