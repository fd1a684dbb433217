-- What a sink did with each batch, beside what its producer announced; what the library behind a sink said of an error, beside the
-- sentence; and what a sink could not do at a run's end. So far rows_applied was the producer's claim.

-- The claims move to a column of their own. What was applied before is not known, and so it is of a run that goes on. A silo of an earlier
-- version writes its claims to rows_applied until it is stopped.
ALTER TABLE orleans_batch.sink_run RENAME COLUMN rows_applied TO rows_announced;
ALTER TABLE orleans_batch.sink_run
  ALTER COLUMN rows_announced DROP NOT NULL,
  ALTER COLUMN rows_announced DROP DEFAULT,
  -- Null: some batch was applied by a sink that does not count.
  ADD COLUMN rows_applied bigint,
  ADD COLUMN rows_replaced bigint,
  ADD COLUMN values_rounded bigint NOT NULL DEFAULT 0,
  -- Batches of which another number of rows was applied than their producer announced.
  ADD COLUMN batches_differing bigint NOT NULL DEFAULT 0,
  ADD COLUMN first_error_detail text,
  -- What the sink said of the run's end.
  ADD COLUMN notes text[];
ALTER TABLE orleans_batch.sink_run
  ALTER COLUMN rows_applied SET DEFAULT 0,
  ALTER COLUMN rows_replaced SET DEFAULT 0;

ALTER TABLE orleans_batch.sink_cursor
  ALTER COLUMN run_rows DROP NOT NULL,
  ALTER COLUMN run_rows DROP DEFAULT,
  -- As in sink_run; run_rows is what the producer announced.
  ADD COLUMN run_rows_applied bigint,
  ADD COLUMN run_rows_replaced bigint,
  ADD COLUMN run_values_rounded bigint NOT NULL DEFAULT 0,
  ADD COLUMN run_batches_differing bigint NOT NULL DEFAULT 0;

ALTER TABLE orleans_batch.batch_attempt
  -- What the library behind the sink said, beside the sentence in error.
  ADD COLUMN error_detail text,
  -- Of each batch of the window, in order; null when the sink counted none of them, or rounded nothing.
  ADD COLUMN rows_applied bigint[],
  ADD COLUMN rows_replaced bigint[],
  ADD COLUMN values_rounded bigint[];

-- A partition that retention has detached may be attached again, which takes the same columns.
DO $$
DECLARE
  detached regclass;
BEGIN
  FOR detached IN
    SELECT c.oid FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname ~ '^batch_attempt_[0-9]{8}$'
  LOOP
    EXECUTE format(
      'ALTER TABLE %s ADD COLUMN error_detail text, ADD COLUMN rows_applied bigint[], ADD COLUMN rows_replaced bigint[], '
      'ADD COLUMN values_rounded bigint[]', detached);
  END LOOP;
END $$;

ALTER TABLE orleans_batch.batch_exception ADD COLUMN error_detail text;
ALTER TABLE orleans_batch.parked ADD COLUMN error_detail text;

-- Guarantees, when it claims a window, that from its commit on no write of a former owner matches the cursor's epoch, and that the attempt
-- is counted before any work is done. No row: the lock is held elsewhere. A row for each batch of the window, in order, and one more, of
-- the cursor. That one alone, and without a place, when the group is not in order (parked, paused, asked for something, left in a claim,
-- replaying, new with older entries, at a marker, behind an upstream, before followers), or the lock was not to be taken and this session
-- does not have it: then nothing is changed, and a lock that it has is kept. The lock comes first, and each statement after it has a
-- snapshot of its own, because in read committed a volatile function takes one for each: it is younger than the lock, and reads the cursor
-- as the former owner left it. See https://www.postgresql.org/docs/current/xfunc-volatility.html. Only the lock holder writes the cursor,
-- so it is where it was read. Entries are read from yesterday's partition on, or the one of the last entry passed if that is younger, up to
-- today's: what lies outside (also when the clock was set back) is left to the statements for groups that are not in order. Each partition
-- costs, read or not. Cursor, run and its outcome are read from their newest version backwards: they are written with every batch, and
-- under an old snapshot a look-up by equality would step over all versions that this snapshot may still see. A wakeup that comes between
-- the look at the entries and the one at the wakeups is dropped with the others of this tenure, or not at all. The claim's commit does not
-- wait for the disk: only a crash of the server can lose it, which ends this session and every other one. Nothing was confirmed then, a
-- lost server counts no attempt, and the next epoch is higher by the clock. The advance waits, and so for both.
DROP FUNCTION orleans_batch.own_window(int, smallint, bigint, text, text, boolean, int, int, boolean);
CREATE FUNCTION orleans_batch.own_window(
  of_group int, of_sink smallint, of_team bigint, of_schema text, by_silo text, takes_lock boolean, lock_namespace int, most int,
  tells_hooks boolean)
RETURNS TABLE (
  place tid, epoch bigint, applied_seq bigint, counted_run_id uuid, run_batches bigint, run_rows bigint, run_started_at timestamptz,
  claimed_at timestamptz, woken_from bigint,
  seq bigint, created_at timestamptz, run_id uuid, batch_index int, origin_run_id uuid, origin_index int, path text, row_count bigint,
  byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text,
  run_rows_announced bigint, run_rows_applied bigint, run_rows_replaced bigint, run_values_rounded bigint, run_batches_differing bigint)
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
    OR EXISTS (
      SELECT FROM orleans_batch.pause AS p
      WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[of_team::text, '']) AND coalesce(p.schema_id, '') = ANY (ARRAY[of_schema, ''])
        AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[of_sink, 0::smallint]))
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
      SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy
      INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy
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
      of_group, of_sink, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, by_silo, clock_timestamp(), clock_timestamp(),
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

-- Guarantees that the cursor passes what the owner has finished of its window, that the outcome, the run's counts and the history are
-- committed with it, and that the next window is claimed, or the group given up as drained. A row for each batch of the next window, in
-- order, and one more, of the cursor. Without that one nothing was done: another owner's epoch is in the cursor, or some sink follows this
-- one by now.
-- finished_at_seq and finished_created_at: the last entry finished. from_place: where the cursor's row is; when it is not there, or null,
-- it is looked up by key. counted_batches and so on: of the run, not yet in sink_run; counted_announced is the producer's, null when it
-- said nothing, the others are the sink's, null when it does not count. window_applied and so on: of each batch that is finished here, in order,
-- null when there is nothing to say. notes: what the sink said of the run's end. ended_as: the state that the run ends with here (null: it
-- goes on). most: the most entries to claim next (0: none). gives_up: whether a drained group is given up. tells_hooks:
-- whether there are hooks to tell of a run's end: then its last batch is no part of a window. moves_counts: whether the counts are moved to
-- sink_run although the run goes on. woken_since: from which wakeup on they are dropped. Only the lock holder writes the cursor, addressed
-- by ctid: under an old snapshot a look-up by key steps over every version of the row that this snapshot may still see; for the same reason
-- group and run, which producers write, and the run's outcome are read backwards, and the outcome of a run that goes on is written where it
-- was read; nobody else writes it. Drained is judged, and the wakeups dropped, in the statement that moves the cursor, with one snapshot:
-- an enqueue commits its entry and its wakeup together, both are seen or neither, and a wakeup that is not seen stays. The look at the tail
-- before it may see less than that statement does: then the group is kept, and nothing is claimed. A group with entries behind is moved by
-- a plainer statement.
DROP FUNCTION orleans_batch.advance_window(
  int, smallint, bigint, text, text, bigint, tid, bigint, bigint, timestamptz, timestamptz, uuid, bigint, bigint, timestamptz, text,
  boolean, int, boolean, boolean, bigint);
CREATE FUNCTION orleans_batch.advance_window(
  of_group int, of_sink smallint, of_team bigint, of_schema text, by_silo text, by_epoch bigint, from_place tid, from_seq bigint,
  finished_seq bigint, finished_created_at timestamptz, window_claimed_at timestamptz, counted_run uuid, counted_batches bigint,
  counted_announced bigint, counted_since timestamptz, ended_as text, moves_counts boolean, most int, gives_up boolean, tells_hooks boolean,
  woken_since bigint, counted_applied bigint = NULL, counted_replaced bigint = NULL, counted_rounded bigint = 0,
  counted_differing bigint = 0, window_applied bigint[] = NULL, window_replaced bigint[] = NULL, window_rounded bigint[] = NULL,
  notes text[] = NULL)
RETURNS TABLE (
  place tid, claimed_at timestamptz, is_drained boolean, keeps_counts boolean,
  seq bigint, created_at timestamptz, run_id uuid, batch_index int, origin_run_id uuid, origin_index int, path text, row_count bigint,
  byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  is_at_tail boolean := false;
  is_looked_up boolean := from_place IS NULL;
  entry_kind text;
  claimed_run uuid;
  run_origin uuid;
  last_seq bigint;
  setting text;
BEGIN
  IF gives_up THEN
    is_at_tail := (
      SELECT g.tail_seq FROM orleans_batch.batch_group AS g
      WHERE g.group_id >= of_group AND g.group_id <= of_group ORDER BY g.group_id DESC LIMIT 1) <= finished_seq;
  END IF;
  IF NOT is_at_tail THEN
    FOR seq, entry_kind, created_at, run_id, batch_index, origin_run_id, origin_index, path, row_count, byte_size, is_final, metadata IN
      SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
        l.is_final, l.metadata::text
      FROM orleans_batch.log_entry AS l
      WHERE l.group_id = of_group AND l.seq > finished_seq AND l.created_at >= finished_created_at
        AND l.created_at < date_trunc('day', statement_timestamp()) + interval '1 day'
      ORDER BY l.seq LIMIT most
    LOOP
      EXIT WHEN entry_kind <> 'batch' OR tells_hooks AND is_final OR run_id <> claimed_run;
      IF claimed_run IS NULL THEN
        EXIT WHEN seq <> finished_seq + 1 OR ended_as IS NOT NULL AND run_id = counted_run;
        SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy
        INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy
        FROM orleans_batch.run AS r
        WHERE r.run_id >= advance_window.run_id AND r.run_id <= advance_window.run_id AND r.state IN ('open', 'sealed')
          AND (advance_window.run_id = counted_run OR coalesce((
            SELECT o.state FROM orleans_batch.sink_run AS o
            WHERE o.run_id = advance_window.run_id AND o.sink_id >= of_sink AND o.sink_id <= of_sink ORDER BY o.sink_id DESC LIMIT 1
          ), 'running') = 'running')
          AND NOT EXISTS (
            SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
          AND EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.sink_id = of_sink AND s.state <> 'disabled')
          AND NOT EXISTS (
            SELECT FROM orleans_batch.pause AS p
            WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[of_team::text, ''])
              AND coalesce(p.schema_id, '') = ANY (ARRAY[of_schema, ''])
              AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[of_sink, 0::smallint]))
        ORDER BY r.run_id DESC LIMIT 1;
        EXIT WHEN claimed_run IS NULL;
      END IF;
      origin_run_id := coalesce(origin_run_id, run_origin, run_id);
      origin_index := coalesce(origin_index, batch_index);
      last_seq := seq;
      RETURN NEXT;
    END LOOP;
  END IF;

  seq := NULL;
  is_drained := false;
  keeps_counts := claimed_run IS NOT DISTINCT FROM counted_run AND NOT moves_counts;
  place := from_place;
  LOOP
    IF is_looked_up THEN
      SELECT c.ctid INTO place FROM orleans_batch.sink_cursor AS c
      WHERE c.group_id = of_group AND c.sink_id >= of_sink AND c.sink_id <= of_sink ORDER BY c.sink_id DESC LIMIT 1;
    END IF;
    IF is_at_tail THEN
      WITH drained AS MATERIALIZED (
        SELECT NOT EXISTS (
            SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
          AND (
            SELECT g.tail_seq FROM orleans_batch.batch_group AS g
            WHERE g.group_id >= of_group AND g.group_id <= of_group ORDER BY g.group_id DESC LIMIT 1) <= finished_seq AS holds
      ), moved AS (
        UPDATE orleans_batch.sink_cursor AS c
        SET next_seq = finished_seq + 1, applied_seq = greatest(c.applied_seq, finished_seq), floor_at = finished_created_at,
          claimed_to = NULL, claimed_at = clock_timestamp(), attempt = 0, losses = 0,
          owner = CASE WHEN d.holds THEN NULL ELSE c.owner END, woken_from = CASE WHEN d.holds THEN c.woken_to ELSE c.woken_from END,
          heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp(),
          run_id = NULL, run_batches = 0, run_rows = NULL, run_started_at = NULL, run_rows_applied = NULL, run_rows_replaced = NULL,
          run_values_rounded = 0, run_batches_differing = 0
        FROM drained AS d
        WHERE c.ctid = advance_window.place AND c.group_id = of_group AND c.sink_id = of_sink AND c.epoch = by_epoch
          AND c.next_seq = from_seq
          AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
        RETURNING c.ctid AS place, c.claimed_at, d.holds
      ), dropped AS (
        DELETE FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group AND w.id >= woken_since
          AND (SELECT m.holds FROM moved AS m)
      )
      SELECT m.place, m.claimed_at, m.holds INTO place, claimed_at, is_drained FROM moved AS m;
    ELSE
      UPDATE orleans_batch.sink_cursor AS c
      SET next_seq = finished_seq + 1, applied_seq = greatest(c.applied_seq, finished_seq), floor_at = finished_created_at,
        claimed_to = last_seq, claimed_at = clock_timestamp(), attempt = CASE WHEN last_seq IS NULL THEN 0 ELSE 1 END, losses = 0,
        heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp(),
        run_id = CASE WHEN keeps_counts THEN counted_run END, run_batches = CASE WHEN keeps_counts THEN counted_batches ELSE 0 END,
        run_rows = CASE WHEN keeps_counts THEN counted_announced END, run_started_at = CASE WHEN keeps_counts THEN counted_since END,
        run_rows_applied = CASE WHEN keeps_counts THEN counted_applied END,
        run_rows_replaced = CASE WHEN keeps_counts THEN counted_replaced END,
        run_values_rounded = CASE WHEN keeps_counts THEN counted_rounded ELSE 0 END,
        run_batches_differing = CASE WHEN keeps_counts THEN counted_differing ELSE 0 END
      WHERE c.ctid = advance_window.place AND c.group_id = of_group AND c.sink_id = of_sink AND c.epoch = by_epoch AND c.next_seq = from_seq
        AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
      RETURNING c.ctid, c.claimed_at INTO place, claimed_at;
    END IF;
    EXIT WHEN place IS NOT NULL;
    IF is_looked_up THEN
      RETURN;
    END IF;
    is_looked_up := true;
  END LOOP;

  IF NOT keeps_counts THEN
    IF ended_as IS NULL THEN
      UPDATE orleans_batch.sink_run AS o
      SET batches_applied = o.batches_applied + counted_batches,
        rows_announced = coalesce(o.rows_announced + counted_announced, o.rows_announced, counted_announced),
        rows_applied = o.rows_applied + counted_applied, rows_replaced = o.rows_replaced + counted_replaced,
        values_rounded = o.values_rounded + counted_rounded, batches_differing = o.batches_differing + counted_differing,
        progressed_at = clock_timestamp()
      WHERE o.ctid = (
          SELECT y.ctid FROM orleans_batch.sink_run AS y
          WHERE y.run_id = counted_run AND y.sink_id >= of_sink AND y.sink_id <= of_sink ORDER BY y.sink_id DESC LIMIT 1)
        AND o.run_id = counted_run AND o.sink_id = of_sink;
    END IF;
    IF ended_as IS NOT NULL OR NOT FOUND THEN
      INSERT INTO orleans_batch.sink_run AS o
        (run_id, sink_id, group_id, state, batches_applied, rows_announced, rows_applied, rows_replaced, values_rounded, batches_differing,
         notes, started_at, progressed_at, finished_at)
      VALUES (
        counted_run, of_sink, of_group, coalesce(ended_as, 'running'), counted_batches, counted_announced, counted_applied,
        counted_replaced, counted_rounded, counted_differing, advance_window.notes, counted_since, clock_timestamp(),
        CASE WHEN ended_as IS NOT NULL THEN clock_timestamp() END)
      ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
      SET batches_applied = o.batches_applied + EXCLUDED.batches_applied,
        rows_announced = coalesce(o.rows_announced + EXCLUDED.rows_announced, o.rows_announced, EXCLUDED.rows_announced),
        rows_applied = o.rows_applied + EXCLUDED.rows_applied, rows_replaced = o.rows_replaced + EXCLUDED.rows_replaced,
        values_rounded = o.values_rounded + EXCLUDED.values_rounded, batches_differing = o.batches_differing + EXCLUDED.batches_differing,
        notes = coalesce(EXCLUDED.notes, o.notes), state = EXCLUDED.state, progressed_at = EXCLUDED.progressed_at,
        finished_at = EXCLUDED.finished_at;
    END IF;
  END IF;
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, rows_applied, rows_replaced,
     values_rounded)
  VALUES (
    of_group, of_sink, from_seq, finished_seq, 1, 'succeeded', window_claimed_at, clock_timestamp(), by_silo, by_epoch, window_applied,
    window_replaced, window_rounded);
  IF is_drained THEN
    setting := set_config('orleans_batch.owns', 'released', false);
  END IF;
  RETURN NEXT;
END $$;

CREATE OR REPLACE VIEW orleans_batch.run_status AS
SELECT r.run_id, g.team_id, g.schema_id, s.name AS sink,
  coalesce(o.state, 'waiting') AS state, r.state AS run_state, r.sync_type, r.batch_count,
  coalesce(o.batches_applied, 0) AS batches_applied, coalesce(o.batches_skipped, 0) AS batches_skipped,
  CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_applied END AS rows_applied, o.first_error, r.created_at, o.started_at, o.finished_at,
  coalesce(o.batches_failed, 0) AS batches_failed,
  -- From its begin in the sink to its end there; of one that goes on, so far.
  coalesce(o.finished_at, CASE WHEN o.started_at IS NOT NULL THEN clock_timestamp() END) - o.started_at AS duration,
  r.origin_run_id, r.alive_at, o.progressed_at, r.on_failure, r.primary_keys, r.metadata, r.end_seq, r.group_id, s.sink_id,
  o.rows_announced, CASE WHEN o.run_id IS NULL THEN 0 ELSE o.rows_replaced END AS rows_replaced,
  coalesce(o.values_rounded, 0) AS values_rounded, coalesce(o.batches_differing, 0) AS batches_differing,
  o.first_error_detail, o.notes, r.null_keys, r.lossy
FROM orleans_batch.run AS r
JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
-- A run from before a sink that starts at the tail is nothing to it.
LEFT JOIN orleans_batch.sink AS s ON s.starts_at IS NULL OR s.starts_at <= r.created_at
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = r.run_id AND o.sink_id = s.sink_id;

CREATE OR REPLACE VIEW orleans_batch.batch_status AS
SELECT g.team_id, g.schema_id, s.name AS sink, e.run_id, e.batch_index, e.seq,
  CASE
    WHEN x.kind IN ('failed', 'skipped') THEN x.kind
    WHEN e.seq < c.next_seq THEN 'succeeded'
    WHEN e.seq = c.next_seq AND h.backend_pid IS NOT NULL AND c.claimed_to >= e.seq THEN 'executing'
    WHEN e.seq = c.next_seq AND k.reason = 'retry' THEN 'waiting_retry'
    ELSE 'waiting'
  END AS state,
  CASE WHEN e.seq = c.next_seq THEN c.attempt ELSE coalesce(a.attempt, 0) END AS attempt,
  CASE
    WHEN e.seq = c.next_seq THEN coalesce(k.error, a.error)
    WHEN x.kind IN ('failed', 'skipped') THEN x.why
    ELSE a.error
  END AS last_error,
  e.path, e.row_count, e.byte_size, e.is_final, e.created_at, a.finished_at,
  -- What the state alone does not say.
  CASE
    WHEN x.kind IS DISTINCT FROM 'failed' AND x.kind IS DISTINCT FROM 'skipped' AND e.seq >= c.next_seq AND e.seq <= c.replay_to
      THEN 'to be replayed'
    WHEN x.kind = 'replayed' THEN 'replayed'
    WHEN x.by_operator THEN 'by an operator'
    WHEN a.outcome = 'timed_out' THEN 'timed out'
  END AS detail,
  x.who, x.why, a.outcome AS last_outcome,
  CASE
    WHEN e.seq = c.next_seq AND k.error IS NOT NULL THEN k.error_detail
    WHEN e.seq <> c.next_seq AND x.kind IN ('failed', 'skipped') THEN x.error_detail
    ELSE a.error_detail
  END AS error_detail,
  CASE WHEN a.outcome = 'succeeded' THEN a.rows_applied[(e.seq - a.from_seq)::int + 1] END AS rows_applied,
  CASE WHEN a.outcome = 'succeeded' THEN a.rows_replaced[(e.seq - a.from_seq)::int + 1] END AS rows_replaced,
  CASE WHEN a.outcome = 'succeeded' THEN coalesce(a.values_rounded[(e.seq - a.from_seq)::int + 1], 0) END AS values_rounded
FROM orleans_batch.log_entry AS e
JOIN orleans_batch.batch_group AS g ON g.group_id = e.group_id
LEFT JOIN orleans_batch.sink AS s ON true
LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = e.group_id AND c.sink_id = s.sink_id
LEFT JOIN orleans_batch.parked AS k ON k.group_id = e.group_id AND k.sink_id = s.sink_id
LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = e.group_id AND x.sink_id = s.sink_id AND x.seq = e.seq
LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = e.group_id AND h.sink_id = s.sink_id AND e.seq = c.next_seq
LEFT JOIN LATERAL (
  SELECT t.attempt, t.error, t.outcome, t.finished_at, t.error_detail, t.from_seq, t.rows_applied, t.rows_replaced, t.values_rounded
  FROM orleans_batch.batch_attempt AS t
  WHERE t.group_id = e.group_id AND t.sink_id = s.sink_id AND t.to_seq >= e.seq AND t.from_seq <= e.seq
  ORDER BY t.to_seq, t.finished_at DESC
  LIMIT 1
) AS a ON true
WHERE e.kind = 'batch';
