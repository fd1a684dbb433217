-- Guarantees that one silo at a time starts at an address; false when another one does. $1 the address with its port.
-- The session keeps the lock until it ends.
SELECT pg_try_advisory_lock(1329725438, hashtext($1))
