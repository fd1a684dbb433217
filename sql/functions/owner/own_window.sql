-- Guarantees that no write of a former owner matches the cursor's epoch once a claim is committed.
-- A claim also counts the attempt before any work is done.
-- Returns one of these:
-- - No row: another session holds the lock.
-- - A row for each batch of the window, in order, and one row more, of the cursor.
-- - The cursor's row alone, without a place: nothing was changed, and a lock that this session has is kept.
-- The last case means that this session was to take no lock and has none, or that the group is not in order:
-- - parked, paused, asked for something or left in a claim;
-- - replaying, at a marker, or new with older entries;
-- - behind an upstream, or before followers.
-- The lock comes first. In read committed each statement of a volatile function takes a snapshot of its own.
-- Every later snapshot is therefore younger than the lock, and reads the cursor as the former owner left it.
-- See https://www.postgresql.org/docs/current/xfunc-volatility.html.
-- Only the lock holder writes the cursor, so the row is still where it was read.
-- Entries are read up to today's partition, from yesterday's on, or from that of the last passed entry if younger.
-- Each partition costs, read or not. Entries outside, also after the clock was set back, are left to the statements for work in detail.
-- Cursor, run and outcome are read from their newest version backwards, because they are written with every batch.
-- Under an old snapshot a look-up by equality would step over all versions that the snapshot may still see.
-- A wakeup may come between the look at the entries and the look at the wakeups.
-- A wakeup of that moment is dropped with the others of this tenure, or not at all.
-- The claim's commit does not wait for the disk. Only a crash of the server can lose the claim, and a crash ends every session.
-- Nothing was confirmed then, a lost server counts no attempt, and the clock makes the next epoch higher.
-- The advance's commit waits for the disk, and thereby for the claim, too.
CREATE OR REPLACE FUNCTION orleans_batch.own_window(
  of_group int, of_sink smallint, of_team bigint, of_schema text, by_silo text, takes_lock boolean, lock_namespace int, most int,
  tells_hooks boolean)
RETURNS TABLE (
  place tid, epoch bigint, applied_seq bigint, counted_run_id uuid, run_batches bigint, run_rows bigint, run_started_at timestamptz,
  claimed_at timestamptz, woken_from bigint,
  seq bigint, created_at timestamptz, run_id uuid, batch_index int, origin_run_id uuid, origin_index int, path text, row_count bigint,
  byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text,
  cdc text, run_rows_announced bigint, run_rows_applied bigint, run_rows_replaced bigint, run_values_rounded bigint,
  run_batches_differing bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  held text := lock_namespace::text || '/' || of_group::text;
  cursor_row record;
  first_seq bigint;
  today timestamptz := date_trunc('day', statement_timestamp());
  entry_kind text;
  claimed_run uuid;
  run_origin uuid;
  last_seq bigint;
  setting text;
BEGIN
  IF takes_lock THEN
    IF NOT pg_try_advisory_lock(lock_namespace, of_group) THEN
      RETURN;
    END IF;
    setting := set_config('orleans_batch.owns', held, false);
  ELSIF current_setting('orleans_batch.owns', true) IS DISTINCT FROM held THEN
    RETURN NEXT;
    RETURN;
  END IF;

  SELECT c.ctid AS place, c.next_seq, c.run_id, c.floor_at,
    (c.claimed_to IS NULL OR c.claimed_to < c.next_seq) AND c.attempt = 0 AND c.losses = 0 AND c.suspect_to IS NULL AND c.replay_to IS NULL
      AS is_in_order
  INTO cursor_row
  FROM orleans_batch.sink_cursor AS c WHERE c.group_id = of_group AND c.sink_id >= of_sink AND c.sink_id <= of_sink
  ORDER BY c.sink_id DESC LIMIT 1;
  first_seq := coalesce(cursor_row.next_seq, 1);
  IF cursor_row.is_in_order IS FALSE
    OR EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = of_group AND p.sink_id = of_sink)
    OR EXISTS (
      SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
    OR EXISTS (
      SELECT FROM orleans_batch.batch_exception AS x WHERE x.group_id = of_group AND x.sink_id = of_sink AND x.seq = first_seq)
    OR NOT EXISTS (
      SELECT FROM orleans_batch.sink AS s
      WHERE s.sink_id = of_sink AND s.state <> 'disabled' AND s.upstream_id IS NULL AND s.starts_at IS NULL)
    OR EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
    OR EXISTS (SELECT FROM orleans_batch.covering_pauses(of_team, of_schema, of_sink))
  THEN
    RETURN NEXT;
    RETURN;
  END IF;

  FOR seq, entry_kind, created_at, run_id, batch_index, origin_run_id, origin_index, path, row_count, byte_size, is_final, metadata IN
    SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
      l.is_final, l.metadata::text
    FROM orleans_batch.log_entry AS l
    WHERE l.group_id = of_group AND l.seq >= first_seq AND l.created_at >= greatest(cursor_row.floor_at, today - interval '1 day')
      AND l.created_at < today + interval '1 day'
    ORDER BY l.seq LIMIT most
  LOOP
    EXIT WHEN entry_kind <> 'batch' OR tells_hooks AND is_final OR run_id <> claimed_run;
    IF claimed_run IS NULL THEN
      EXIT WHEN seq <> first_seq OR run_id <> cursor_row.run_id;
      SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc::text
      INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy, cdc
      FROM orleans_batch.run AS r
      WHERE r.run_id >= own_window.run_id AND r.run_id <= own_window.run_id AND r.state IN ('open', 'sealed')
        AND coalesce((
          SELECT o.state FROM orleans_batch.sink_run AS o
          WHERE o.run_id = own_window.run_id AND o.sink_id >= of_sink AND o.sink_id <= of_sink ORDER BY o.sink_id DESC LIMIT 1
        ), 'running') = 'running'
      ORDER BY r.run_id DESC LIMIT 1;
      EXIT WHEN claimed_run IS NULL;
    END IF;
    origin_run_id := coalesce(origin_run_id, run_origin, run_id);
    origin_index := coalesce(origin_index, batch_index);
    last_seq := seq;
    RETURN NEXT;
  END LOOP;

  seq := NULL;
  IF last_seq IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;

  IF cursor_row.place IS NULL THEN
    INSERT INTO orleans_batch.sink_cursor AS c
      (group_id, sink_id, epoch, owner, owned_at, heartbeat_at, lock_lifetime, claimed_to, claimed_at, claimed_under, attempt, woken_to)
    VALUES (
      of_group, of_sink,
      greatest(
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        (SELECT s.epoch_floor + 1 FROM orleans_batch.sink AS s WHERE s.sink_id = of_sink)),
      by_silo, clock_timestamp(), clock_timestamp(),
      current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval, last_seq, clock_timestamp(),
      pg_postmaster_start_time(), 1, coalesce((
        SELECT w.id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group ORDER BY w.id DESC LIMIT 1), 0))
    RETURNING c.ctid, c.epoch, c.applied_seq, c.run_id, c.run_batches, coalesce(c.run_rows, 0), c.run_started_at, c.claimed_at,
      c.woken_from, c.run_rows, c.run_rows_applied, c.run_rows_replaced, c.run_values_rounded, c.run_batches_differing
    INTO place, epoch, applied_seq, counted_run_id, run_batches, run_rows, run_started_at, claimed_at, woken_from,
      run_rows_announced, run_rows_applied, run_rows_replaced, run_values_rounded, run_batches_differing;
  ELSE
    UPDATE orleans_batch.sink_cursor AS c
    SET epoch = greatest(c.epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint), owner = by_silo,
      owned_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
      lock_lifetime = current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval,
      claimed_to = last_seq, claimed_at = clock_timestamp(), claimed_under = pg_postmaster_start_time(), attempt = 1,
      woken_to = coalesce((
        SELECT w.id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group ORDER BY w.id DESC LIMIT 1), c.woken_to)
    WHERE c.ctid = cursor_row.place AND c.group_id = of_group AND c.sink_id = of_sink
    RETURNING c.ctid, c.epoch, c.applied_seq, c.run_id, c.run_batches, coalesce(c.run_rows, 0), c.run_started_at, c.claimed_at,
      c.woken_from, c.run_rows, c.run_rows_applied, c.run_rows_replaced, c.run_values_rounded, c.run_batches_differing
    INTO place, epoch, applied_seq, counted_run_id, run_batches, run_rows, run_started_at, claimed_at, woken_from,
      run_rows_announced, run_rows_applied, run_rows_replaced, run_values_rounded, run_batches_differing;
  END IF;
  setting := set_config('synchronous_commit', 'off', true);
  RETURN NEXT;
END $$;
