-- Guarantees the newest run that was begun by the same call. $1 fingerprint.
SELECT c.run_id FROM orleans_batch.load_call AS c WHERE c.fingerprint = $1 ORDER BY c.made_at DESC, c.run_id DESC LIMIT 1
