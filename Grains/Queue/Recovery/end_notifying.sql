-- Guarantees that another session may tell the hooks. True means this session held the lock.
SELECT pg_advisory_unlock(1329725439, 4)
