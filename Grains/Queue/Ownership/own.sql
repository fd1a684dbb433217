-- Guarantees that from its commit on no write of a former owner matches the cursor's epoch. The epoch is never below the database's
-- clock in microseconds, so that not even a failover or a restore brings an old one back. The epoch of a group that was forgotten and came
-- again is above the former ones of its sink, whatever the clock says. The lock lifetime is read from the session's
-- own settings: it is what the server enforces on this owner, and peers grant it no less.
-- Where a sink's first owner begins is looked up only while there is no cursor:
-- - with the oldest entry that is still there;
-- - if the sink starts at the tail, with the first entry that is not older than the sink;
-- - if there is no such entry, behind the newest.
-- Returns also for how long the owner before has given no sign: the row as the snapshot has it, before this statement's own sign.
-- The owner that went away in a claim is remembered until record_loss has it on record: also when this one goes away before that.
-- $1 group, $2 sink, $3 silo. Runs after the lock is held, in a statement of its own: its snapshot must be younger than the lock, or
-- it could read the cursor as it was before the former owner's last commit. Only the lock holder writes this row. An entry that is
-- committed after the snapshot comes behind the tail that the snapshot has.
INSERT INTO orleans_batch.sink_cursor AS c (group_id, sink_id, next_seq, epoch, owner, owned_at, heartbeat_at, lock_lifetime)
SELECT $1, $2,
  CASE WHEN EXISTS (SELECT FROM orleans_batch.sink_cursor AS k WHERE k.group_id = $1 AND k.sink_id = $2) THEN 1 ELSE coalesce(
    (SELECT l.seq FROM orleans_batch.log_entry AS l
     WHERE l.group_id = $1
       AND l.created_at >= coalesce((SELECT s.starts_at FROM orleans_batch.sink AS s WHERE s.sink_id = $2), '-infinity')
     ORDER BY l.seq LIMIT 1),
    (SELECT g.tail_seq + 1 FROM orleans_batch.batch_group AS g WHERE g.group_id = $1)) END,
  greatest(
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
    (SELECT s.epoch_floor + 1 FROM orleans_batch.sink AS s WHERE s.sink_id = $2)),
  $3, clock_timestamp(), clock_timestamp(),
  current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval
ON CONFLICT ON CONSTRAINT sink_cursor_pk DO UPDATE
SET epoch = greatest(c.epoch + 1, EXCLUDED.epoch), owner = EXCLUDED.owner, owned_at = EXCLUDED.owned_at,
  lost_owner = CASE WHEN c.claimed_to >= c.next_seq THEN coalesce(c.lost_owner, c.owner) END,
  heartbeat_at = EXCLUDED.heartbeat_at, lock_lifetime = EXCLUDED.lock_lifetime
RETURNING c.epoch, c.next_seq, c.claimed_to, c.attempt, c.losses,
  c.claimed_under IS DISTINCT FROM pg_postmaster_start_time() AS restarted, c.run_id IS NOT NULL AS holds_counts,
  clock_timestamp() - (
    SELECT k.heartbeat_at FROM orleans_batch.sink_cursor AS k WHERE k.group_id = $1 AND k.sink_id = $2) AS silent_for
