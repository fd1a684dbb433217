-- Guarantees that true means this session holds the advisory lock of the group for the sink, once more than before.
-- $1 namespace of the sink, $2 group id. Two sessions at once: the server's lock table lets one of them have it.
SELECT pg_try_advisory_lock($1, $2)
