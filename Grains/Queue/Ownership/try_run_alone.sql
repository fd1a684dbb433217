-- Guarantees that true means this session has the turn to run a batch alone, and that no other session of this database has it.
-- The turn ends with the session, if nobody gives it back before. Two sessions at once: the server's lock table lets one of them have it.
SELECT pg_try_advisory_lock(1329725439, 5)
