-- Guarantees that from its commit on no write of a former owner matches the cursor's epoch. The epoch is never below the database's
-- clock in microseconds, so that not even a failover or a restore brings an old one back. The lock lifetime is read from the session's
-- own settings: it is what the server enforces on this owner, and peers grant it no less.
-- $1 group, $2 sink, $3 silo. Runs after the lock is held, in a statement of its own: its snapshot must be younger than the lock, or
-- it could read the cursor as it was before the former owner's last commit. Only the lock holder writes this row.
INSERT INTO orleans_batch.sink_cursor AS c (group_id, sink_id, epoch, owner, owned_at, heartbeat_at, lock_lifetime)
VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, $3, clock_timestamp(), clock_timestamp(),
  current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval)
ON CONFLICT ON CONSTRAINT sink_cursor_pk DO UPDATE
SET epoch = greatest(c.epoch + 1, EXCLUDED.epoch), owner = EXCLUDED.owner, owned_at = EXCLUDED.owned_at,
  heartbeat_at = EXCLUDED.heartbeat_at, lock_lifetime = EXCLUDED.lock_lifetime
RETURNING c.epoch, c.next_seq, c.claimed_to, c.attempt, c.losses, c.claimed_under IS DISTINCT FROM pg_postmaster_start_time()
