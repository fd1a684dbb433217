-- Guarantees that the cursor passes the finished batches, and commits their outcome, the run's counts and the history with it.
-- The same statement claims the next window, or gives the group up as drained.
-- Returns a row for each batch of the next window, in order, and one row more, of the cursor.
-- No row of the cursor means that nothing was done. Either the cursor has another owner's epoch, or a sink follows this one by now.
-- Parameters:
-- - finished_seq, finished_created_at: the last finished entry.
-- - from_place: the place of the cursor's row. Without a place, or with an old one, the row is looked up by key.
-- - counted_*: counts of the run that are not in sink_run yet.
-- - counted_announced: the rows that the producer announced; null when the producer said nothing.
-- - The other counted_* come from the sink; null when the sink does not count.
-- - window_*: one value for each finished batch, in order; null when there is nothing to say.
-- - notes: the sink's own words about the run's end.
-- - ended_as: the state that the run ends with here; null when the run goes on.
-- - most: the most entries to claim next; 0 claims none.
-- - gives_up: whether a drained group is given up.
-- - tells_hooks: whether hooks hear of a run's end. Then the run's last batch is no part of a window.
-- - moves_counts: whether the counts move to sink_run although the run goes on.
-- - woken_since: the first wakeup that may be dropped.
-- Only the lock holder writes the cursor, addressed by ctid.
-- Under an old snapshot a look-up by key steps over every version of the row that the snapshot may still see.
-- For the same reason group, run and outcome are read from their newest version backwards. Producers write the first two.
-- The outcome of a run that goes on is written where it was read, since nobody else writes that row.
-- The statement that moves the cursor also judges whether the log is drained, and drops the wakeups, with one snapshot.
-- An enqueue commits its entry and its wakeup together. A snapshot sees both or neither, and a wakeup that is not seen stays.
-- The look at the tail before that statement may see less. Then the group is kept, and nothing is claimed.
-- A group with further entries is moved by a plainer statement.
CREATE OR REPLACE FUNCTION orleans_batch.advance_window(
  of_group int, of_sink smallint, of_team bigint, of_schema text, by_silo text, by_epoch bigint, from_place tid, from_seq bigint,
  finished_seq bigint, finished_created_at timestamptz, window_claimed_at timestamptz, counted_run uuid, counted_batches bigint,
  counted_announced bigint, counted_since timestamptz, ended_as text, moves_counts boolean, most int, gives_up boolean, tells_hooks boolean,
  woken_since bigint, counted_applied bigint = NULL, counted_replaced bigint = NULL, counted_rounded bigint = 0,
  counted_differing bigint = 0, window_applied bigint[] = NULL, window_replaced bigint[] = NULL, window_rounded bigint[] = NULL,
  notes text[] = NULL)
RETURNS TABLE (
  place tid, claimed_at timestamptz, is_drained boolean, keeps_counts boolean,
  seq bigint, created_at timestamptz, run_id uuid, batch_index int, origin_run_id uuid, origin_index int, path text, row_count bigint,
  byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text,
  cdc text)
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
        SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc::text
        INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy, cdc
        FROM orleans_batch.run AS r
        WHERE r.run_id >= advance_window.run_id AND r.run_id <= advance_window.run_id AND r.state IN ('open', 'sealed')
          AND (advance_window.run_id = counted_run OR coalesce((
            SELECT o.state FROM orleans_batch.sink_run AS o
            WHERE o.run_id = advance_window.run_id AND o.sink_id >= of_sink AND o.sink_id <= of_sink ORDER BY o.sink_id DESC LIMIT 1
          ), 'running') = 'running')
          AND NOT EXISTS (
            SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
          AND EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.sink_id = of_sink AND s.state <> 'disabled')
          AND NOT EXISTS (SELECT FROM orleans_batch.covering_pauses(of_team, of_schema, of_sink))
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
