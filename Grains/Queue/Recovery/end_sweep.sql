-- Guarantees that the next sweep may run. True means this session held the lock.
SELECT pg_advisory_unlock(1329725439, 2)
