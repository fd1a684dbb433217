-- Guarantees that true means this session holds the advisory lock of the group for the sink, once more than before, and that the session
-- itself knows it: the statement that follows in the pipeline is on its way before the answer, and does nothing unless the lock was granted.
-- $1 namespace of the sink, $2 group id. Two sessions at once: the server's lock table lets one of them have it.
SELECT set_config('orleans_batch.owns', CASE WHEN pg_try_advisory_lock($1, $2) THEN $1::text || '/' || $2::text ELSE '' END, false) <> ''
