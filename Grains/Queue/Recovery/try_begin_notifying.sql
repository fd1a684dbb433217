-- Guarantees that one session at a time in the whole cluster tells the hooks.
SELECT pg_try_advisory_lock(1329725439, 4)
