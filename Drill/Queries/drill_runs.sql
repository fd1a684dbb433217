-- Guarantees every run with its state in the probe.
SELECT s.run_id, s.state FROM orleans_batch.run_status AS s WHERE s.sink = 'probe'
