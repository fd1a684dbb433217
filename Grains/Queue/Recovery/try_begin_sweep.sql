-- Guarantees that one sweep runs at a time in the whole cluster, also when the grain has two activations for a while.
SELECT pg_try_advisory_lock(1329725439, 2)
