-- Guarantees, when this session holds the group's lock, that from its commit on no write of a former owner matches the cursor's epoch, and
-- that the first window is claimed and its attempt counted before any work is done. No row: the lock is held elsewhere, or the group is
-- not in order (parked, paused, asked for something, left in a claim, replaying, new with older entries, at a marker, behind an upstream, before followers): then nothing is changed.
-- $1 group, $2 sink, $3 silo, $4 namespace of the sink, $5 the most entries to claim,
-- $6 whether there are hooks to tell of a run's end: then its last batch is no part of a window.
-- Runs after lock_to_own as a statement of its own: in read committed its snapshot is younger than the lock, so it reads the cursor as
-- the former owner left it. Only the lock holder writes this row, so it is where this statement has read it, or there is none.
-- Entries are read from yesterday's partition on and up to today's: what lies outside (also when the clock was set back) is left to the
-- statements for groups that are not in order. A partition more costs 30 to 70 µs, read or not; the floor alone is known too late to leave
-- any out, so yesterday is said beside it.
-- Group, cursor and run are read from their newest version backwards: they are written with every batch, and under an old snapshot a
-- look-up by equality would step over all versions that this snapshot may still see.
-- Its commit does not wait for the disk: only a crash of the server can lose it, which ends this session and every other one. Nothing was
-- confirmed then, a lost server counts no attempt, and the next epoch is higher by the clock. The advance waits, and so for both.
WITH here AS MATERIALIZED (
  SELECT coalesce(c.next_seq, 1) AS next_seq, c.run_id AS counted_run,
    greatest(c.floor_at, date_trunc('day', statement_timestamp()) - interval '1 day') AS floor_at, c.place, (
      SELECT w.id FROM orleans_batch.wakeup AS w WHERE w.sink_id = $2 AND w.team_id = g.team_id AND w.group_id = $1 ORDER BY w.id DESC LIMIT 1
    ) AS woken_to
  FROM (
    SELECT x.team_id, x.schema_id FROM orleans_batch.batch_group AS x WHERE x.group_id >= $1 AND x.group_id <= $1
    ORDER BY x.group_id DESC LIMIT 1
  ) AS g
  LEFT JOIN LATERAL (
    SELECT x.*, x.ctid AS place FROM orleans_batch.sink_cursor AS x WHERE x.group_id = $1 AND x.sink_id >= $2 AND x.sink_id <= $2
    ORDER BY x.sink_id DESC LIMIT 1
  ) AS c ON true
  WHERE current_setting('orleans_batch.owns', true) = $4::int::text || '/' || $1::int::text
    AND (c.group_id IS NULL OR (
      (c.claimed_to IS NULL OR c.claimed_to < c.next_seq) AND c.attempt = 0 AND c.losses = 0 AND c.suspect_to IS NULL AND c.replay_to IS NULL))
    AND NOT EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = $1 AND p.sink_id = $2)
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = $1 AND q.sink_id = $2 AND q.done_at IS NULL)
    AND NOT EXISTS (SELECT FROM orleans_batch.batch_exception AS x WHERE x.group_id = $1 AND x.sink_id = $2 AND x.seq = coalesce(c.next_seq, 1))
    AND EXISTS (
      SELECT FROM orleans_batch.sink AS s
      WHERE s.sink_id = $2 AND s.state <> 'disabled' AND s.upstream_id IS NULL AND s.starts_at IS NULL)
    AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = $2)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.pause AS p
      WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[g.team_id::text, '']) AND coalesce(p.schema_id, '') = ANY (ARRAY[g.schema_id, ''])
        AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[$2, 0::smallint]))
), entry AS MATERIALIZED (
  SELECT e.*, h.next_seq AS first_seq, h.counted_run, h.place, h.woken_to FROM here AS h
  CROSS JOIN LATERAL (
    SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
      l.is_final, l.metadata
    FROM orleans_batch.log_entry AS l
    WHERE l.group_id = $1 AND l.seq >= h.next_seq AND l.created_at >= h.floor_at
      AND l.created_at >= date_trunc('day', statement_timestamp()) - interval '1 day'
      AND l.created_at < date_trunc('day', statement_timestamp()) + interval '1 day'
    ORDER BY l.seq LIMIT $5
  ) AS e
), run AS MATERIALIZED (
  SELECT f.first_seq, f.place, f.woken_to, r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure
  FROM entry AS f
  CROSS JOIN LATERAL (
    SELECT x.* FROM orleans_batch.run AS x WHERE x.run_id >= f.run_id AND x.run_id <= f.run_id ORDER BY x.run_id DESC LIMIT 1
  ) AS r
  WHERE f.seq = f.first_seq AND f.kind = 'batch' AND NOT ($6 AND f.is_final) AND r.state IN ('open', 'sealed')
    AND coalesce(f.counted_run, f.run_id) = f.run_id
    AND coalesce((SELECT o.state FROM orleans_batch.sink_run AS o WHERE o.run_id = f.run_id AND o.sink_id = $2), 'running') = 'running'
), claim AS (
  SELECT coalesce(min(e.seq) FILTER (WHERE e.run_id <> r.run_id OR e.kind <> 'batch' OR $6 AND e.is_final) - 1, max(e.seq)) AS claimed_to,
    min(r.place) AS place, min(r.woken_to) AS woken_to
  FROM run AS r CROSS JOIN entry AS e
  HAVING count(*) > 0
), owned AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET epoch = greatest(c.epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint), owner = $3, owned_at = clock_timestamp(),
    heartbeat_at = clock_timestamp(),
    lock_lifetime = current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval,
    claimed_to = k.claimed_to, claimed_at = clock_timestamp(), claimed_under = pg_postmaster_start_time(), attempt = 1,
    woken_to = coalesce(k.woken_to, c.woken_to)
  FROM claim AS k WHERE c.ctid = k.place AND c.group_id = $1 AND c.sink_id = $2
  RETURNING c.ctid, c.epoch, c.next_seq, c.applied_seq, c.run_id, c.run_batches, c.run_rows, c.run_started_at, c.claimed_at, c.claimed_to,
    c.woken_from
), begun AS (
  INSERT INTO orleans_batch.sink_cursor AS c
    (group_id, sink_id, epoch, owner, owned_at, heartbeat_at, lock_lifetime, claimed_to, claimed_at, claimed_under, attempt,
     woken_to)
  SELECT $1, $2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, $3, clock_timestamp(), clock_timestamp(),
    current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval,
    k.claimed_to, clock_timestamp(), pg_postmaster_start_time(), 1, coalesce(k.woken_to, 0)
  FROM claim AS k WHERE k.place IS NULL
  RETURNING c.ctid, c.epoch, c.next_seq, c.applied_seq, c.run_id, c.run_batches, c.run_rows, c.run_started_at, c.claimed_at, c.claimed_to,
    c.woken_from
)
SELECT w.ctid, w.epoch, w.applied_seq, w.run_id, w.run_batches, w.run_rows, w.run_started_at, w.claimed_at,
  e.seq, e.created_at, e.run_id, e.batch_index, coalesce(e.origin_run_id, r.origin_run_id, e.run_id), coalesce(e.origin_index, e.batch_index),
  e.path, e.row_count, e.byte_size, e.is_final, e.metadata::text, r.sync_type, r.primary_keys, r.on_failure,
  set_config('synchronous_commit', 'off', true), w.woken_from
FROM (SELECT * FROM owned UNION ALL SELECT * FROM begun) AS w CROSS JOIN run AS r JOIN entry AS e ON e.seq <= w.claimed_to
ORDER BY e.seq
