-- Guarantees the newest run that was begun by the same call, or the retry that stands for it. $1 fingerprint.
SELECT coalesce(r.retried_as, c.run_id)
FROM orleans_batch.load_call AS c
JOIN orleans_batch.run AS r ON r.run_id = c.run_id
WHERE c.fingerprint = $1
ORDER BY c.made_at DESC, c.run_id DESC
LIMIT 1
